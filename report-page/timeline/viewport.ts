/** The part of the timeline that is seen: from when to when, and which lanes. */

/** Closest look, ms. */
const LEAST_SPAN_MS = 0.01;

export class Viewport {
  /** All there is, ms and lanes. */
  #untilMs = 1;
  #lanes = 0;
  fromMs = 0;
  toMs = 1;
  /** The first lane that is seen, with fractions, and how many fit. */
  firstLane = 0;
  lanesSeen = 1;

  get spanMs(): number {
    return this.toMs - this.fromMs;
  }

  get isWhole(): boolean {
    return this.fromMs <= 0 && this.toMs >= this.#untilMs;
  }

  /** Whoever sees all of it still does so when there is more. */
  resize(untilMs: number, lanes: number, lanesSeen: number): void {
    const wasWhole = this.isWhole;
    this.#untilMs = Math.max(untilMs, LEAST_SPAN_MS);
    this.#lanes = lanes;
    this.lanesSeen = lanesSeen;
    if (wasWhole) [this.fromMs, this.toMs] = [0, this.#untilMs];
    this.scroll(0);
  }

  reset(): void {
    this.show(0, this.#untilMs);
    this.firstLane = 0;
  }

  show(fromMs: number, toMs: number): void {
    const spanMs = Math.min(this.#untilMs, Math.max(LEAST_SPAN_MS, toMs - fromMs));
    this.fromMs = Math.min(Math.max(0, fromMs), this.#untilMs - spanMs);
    this.toMs = this.fromMs + spanMs;
  }

  /** @param factor below 1 to look closer; `atMs` stays where it is */
  zoom(factor: number, atMs: number): void {
    const spanMs = Math.min(this.#untilMs, Math.max(LEAST_SPAN_MS, this.spanMs * factor));
    const share = (atMs - this.fromMs) / this.spanMs;
    this.show(atMs - share * spanMs, atMs + (1 - share) * spanMs);
  }

  pan(ms: number): void {
    this.show(this.fromMs + ms, this.toMs + ms);
  }

  scroll(lanes: number): void {
    const last = Math.max(0, this.#lanes - this.lanesSeen);
    this.firstLane = Math.min(last, Math.max(0, this.firstLane + lanes));
  }

  /** Moves so far that the call is seen. */
  reveal(startMs: number, endMs: number, lane: number): void {
    if (endMs < this.fromMs || startMs > this.toMs) this.pan((startMs + endMs) / 2 - (this.fromMs + this.toMs) / 2);
    if (lane < this.firstLane) this.scroll(lane - this.firstLane);
    if (lane + 1 > this.firstLane + this.lanesSeen) this.scroll(lane + 1 - this.firstLane - this.lanesSeen);
  }
}
