/* trace_check: does a trace obey the Trace Event Format as far as Perfetto relies on it? page_test
 * puts it into a page that holds the trace. What does not is told in data-wrong of the body. */
"use strict";
(() => {
  const wrong = [];
  const expect = (what, holds) => { if (!holds && wrong.length < 5) wrong.push(what); };
  const trace = JSON.parse(document.getElementById("trace").textContent);
  const events = trace.traceEvents;
  const of = (phase) => events.filter((event) => event.ph === phase);
  const number = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0;

  expect("there are events", Array.isArray(events) && events.length > 10);
  for (const event of events) {
    expect("a known phase: " + event.ph, ["M", "X", "b", "e", "s", "f", "i"].includes(event.ph));
    expect("a name", typeof event.name === "string" && event.name.length > 0);
    expect("a track", number(event.pid) && number(event.tid));
    expect("a time", number(event.ts));
  }
  const tracks = new Set(of("M").filter((event) => event.name === "thread_name").map((event) => event.tid));
  expect("every track has a name", events.every((event) => event.ph === "M" || tracks.has(event.tid)));
  expect("the kernel and the ports are tracks", ["kernel", "ports"].every((name) =>
    of("M").some((event) => event.args.name === name)));

  /* Slices of a track do not overlap. */
  const end = new Map();
  for (const slice of of("X").sort((a, b) => a.ts - b.ts || b.dur - a.dur)) {
    expect("a slice lasts", number(slice.dur) && slice.dur > 0);
    expect("slices overlap at " + slice.ts, slice.ts >= (end.get(slice.tid) || 0));
    end.set(slice.tid, slice.ts + slice.dur);
  }
  /* An arrow ends after it started, and both of its ends lie in a slice of their track. */
  const lies = (arrow) => of("X").some((slice) =>
    slice.tid === arrow.tid && slice.ts <= arrow.ts && arrow.ts < slice.ts + slice.dur);
  const start = new Map(of("s").map((arrow) => [arrow.cat + arrow.id, arrow]));
  for (const arrow of of("f")) {
    const from = start.get(arrow.cat + arrow.id);
    expect("an arrow without a start", from !== undefined && from.name === arrow.name && from.ts <= arrow.ts);
    expect("an arrow binds to what encloses it", arrow.bp === "e" && lies(arrow) && (!from || lies(from)));
  }
  for (const name of document.getElementById("trace").dataset.arrows.split(" ")) {
    expect("an arrow for a " + name, of("f").some((arrow) => arrow.name === name));
  }
  /* What is in flight begins before it ends, once. */
  const open = new Map();
  for (const life of events.filter((event) => event.ph === "b" || event.ph === "e")) {
    const key = life.cat + life.id;
    expect("a request begins once, and ends behind that",
      life.ph === "b" ? !open.has(key) : open.get(key) === "b");
    open.set(key, life.ph);
  }
  document.body.dataset.wrong = wrong.join("; ");
  document.body.dataset.checked = "yes";
})();
