//! tokio_duplex: what a block of bytes through tokio's DuplexStream costs, polled by hand.
//!
//! usage: tokio_duplex SIZE THREADS SECONDS
//!
//! It prints the nanoseconds of a block in the best of its slices of time, exactly as
//! fuzz/native/duplex_rate.c does for core: blocks of SIZE bytes are written and read in turn by one
//! thread, or written by one thread and read by another.
use std::pin::Pin;
use std::process::ExitCode;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
use std::thread;
use std::time::Instant;

use tokio::io::{duplex, AsyncRead, AsyncWrite, DuplexStream, ReadBuf};

const CAPACITY: usize = 65536;
const SLICES: u32 = 20;

fn noop_waker() -> Waker {
    const TABLE: RawWakerVTable = RawWakerVTable::new(|_| NOOP, |_| {}, |_| {}, |_| {});
    const NOOP: RawWaker = RawWaker::new(std::ptr::null(), &TABLE);
    // The table ignores its pointer.
    unsafe { Waker::from_raw(NOOP) }
}

fn write_block(stream: &mut DuplexStream, context: &mut Context<'_>, block: &[u8]) {
    let mut done = 0;
    while done < block.len() {
        match Pin::new(&mut *stream).poll_write(context, &block[done..]) {
            Poll::Ready(count) => done += count.expect("the reader is there"),
            Poll::Pending => thread::yield_now(),
        }
    }
}

fn read_block(stream: &mut DuplexStream, context: &mut Context<'_>, block: &mut [u8]) {
    let mut buffer = ReadBuf::new(block);
    while buffer.remaining() > 0 {
        match Pin::new(&mut *stream).poll_read(context, &mut buffer) {
            Poll::Ready(result) => result.expect("the writer is there"),
            Poll::Pending => thread::yield_now(),
        }
    }
}

/// Seconds that `count` blocks take.
fn time_one_thread(size: usize, count: u64) -> f64 {
    let (mut one, mut two) = duplex(CAPACITY);
    let waker = noop_waker();
    let mut context = Context::from_waker(&waker);
    let source = vec![7u8; size];
    let mut target = vec![0u8; size];
    let begin = Instant::now();
    for _ in 0..count {
        write_block(&mut one, &mut context, &source);
        read_block(&mut two, &mut context, &mut target);
    }
    begin.elapsed().as_secs_f64()
}

fn time_two_threads(size: usize, count: u64) -> f64 {
    let (mut one, mut two) = duplex(CAPACITY);
    let begin = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| {
            let waker = noop_waker();
            let mut target = vec![0u8; size];
            for _ in 0..count {
                read_block(&mut two, &mut Context::from_waker(&waker), &mut target);
            }
        });
        let waker = noop_waker();
        let source = vec![7u8; size];
        for _ in 0..count {
            write_block(&mut one, &mut Context::from_waker(&waker), &source);
        }
    });
    begin.elapsed().as_secs_f64()
}

fn main() -> ExitCode {
    let arguments: Vec<f64> =
        std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let (size, time): (usize, fn(usize, u64) -> f64) = match arguments[..] {
        [size, threads, _] if size >= 1.0 && threads == 1.0 => (size as usize, time_one_thread),
        [size, threads, _] if size >= 1.0 && threads == 2.0 => (size as usize, time_two_threads),
        _ => {
            eprintln!("usage: tokio_duplex SIZE THREADS SECONDS, THREADS 1 or 2");
            return ExitCode::from(2);
        }
    };
    let slice = arguments[2] / f64::from(SLICES);
    let mut count: u64 = 16;
    while time(size, count) < slice {
        count *= 2;
    }
    let best = (0..SLICES).map(|_| time(size, count)).fold(f64::INFINITY, f64::min);
    println!("{:.3} ns", best * 1e9 / count as f64);
    ExitCode::SUCCESS
}
