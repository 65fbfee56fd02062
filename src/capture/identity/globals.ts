import vm from "node:vm";

/** Globals that Node adds to those of the language. Only names: a worker of another version may lack some. */
const NODE_GLOBALS = `AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy
CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream Event EventTarget
File FormData Headers MessageChannel MessageEvent MessagePort Performance PerformanceEntry PerformanceMark
PerformanceMeasure PerformanceObserver ReadableStream Request Response SubtleCrypto TextDecoder TextEncoder
TransformStream URL URLSearchParams WebAssembly WebSocket WritableStream atob btoa clearImmediate clearInterval
clearTimeout console crypto fetch global navigator performance process queueMicrotask setImmediate setInterval
setTimeout structuredClone TextDecoderStream TextEncoderStream EventSource CloseEvent Navigator Storage
ReadableStreamDefaultReader WritableStreamDefaultWriter localStorage sessionStorage`;

let names: ReadonlySet<string> | undefined;

/** Names that mean the same on every worker. Taken from a fresh context: the live one also holds the user's globals. */
export function standardGlobals(): ReadonlySet<string> {
  if (names) return names;
  const fresh: string[] = vm.runInNewContext("Object.getOwnPropertyNames(globalThis)");
  names = new Set([...fresh, ...NODE_GLOBALS.split(/\s+/)]);
  return names;
}
