/* page_use: uses the page of an execution as a reader does; page_test puts it into a copy of the
 * page. What does not do what it should is told in data-wrong of the body. */
"use strict";
(() => {
  const wrong = [];
  const expect = (what, holds) => { if (!holds) wrong.push(what); };
  const press = (key) => dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const rows = () => document.querySelectorAll("#run .row").length;
  const over = (target, type) => target.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX: 200, clientY: 200 }));
  const first = () => document.querySelector("#run .row .cell.told, #run .row .cell");

  const before = rows();
  expect("there are rows", before > 0);
  expect("a text that is longer than its lane is not cut where there is room",
    [...document.querySelectorAll("#run .cell")].some((cell) => cell.scrollWidth <= cell.clientWidth));
  press("q");
  expect("q shows quiet steps", rows() > before);
  press("q");
  expect("q hides them again", rows() === before);

  const height = () => document.querySelector("#run .canvas").offsetHeight;
  const normal = height();
  press("+");
  expect("+ makes it larger", height() > normal);
  press("0");
  expect("0 makes it normal", Math.abs(height() - normal) < 2);
  press("-");
  expect("- makes it smaller", height() < normal);
  press("f");
  const scroll = document.querySelector("#run .scroll");
  expect("f fits all rows, or as many as can be told apart",
    document.querySelector("#run .canvas").offsetHeight <= scroll.clientHeight || state.zoom <= 0.121);
  press("0");

  over(first(), "mouseover");
  expect("a tip is shown", !document.getElementById("tip").hidden);
  expect("the tip tells who acts", document.querySelector("#tip b").textContent.length > 0);
  over(document.getElementById("main"), "mouseleave");
  expect("the tip goes", document.getElementById("tip").hidden);
  over(first(), "click");
  expect("a click keeps the details", !document.getElementById("side").hidden);
  expect("and marks the row", document.querySelectorAll(".row.pinned").length === 1);
  press("Escape");
  expect("Escape puts them away", document.getElementById("side").hidden);
  press("p");
  expect("p shows the program", /scenario |program /.test(document.getElementById("side").textContent));
  press("p");

  press("e");
  expect("e goes to the end", scroll.scrollHeight <= scroll.clientHeight || scroll.scrollTop > 0);
  const find = document.getElementById("find");
  find.value = first().textContent.trim();
  find.dispatchEvent(new Event("input"));
  expect("what is looked for is marked", document.querySelectorAll(".row.found").length > 0);
  find.value = "";
  find.dispatchEvent(new Event("input"));
  expect("and unmarked", document.querySelectorAll(".row.found").length === 0);

  if (data.nearest) {
    const views = document.querySelectorAll("#views button");
    views[1].click();
    expect("the failing run alone", document.getElementById("nearest").hidden);
    views[2].click();
    expect("the passing run alone", document.getElementById("run").hidden);
    views[0].click();
    expect("both", !document.getElementById("run").hidden && !document.getElementById("nearest").hidden);
    press("d");
    expect("d goes where the runs part", document.querySelectorAll(".row.split").length === 2);
  }
  document.body.dataset.wrong = wrong.join("; ");
  document.body.dataset.used = "yes";
})();
