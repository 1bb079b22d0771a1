const bucketUs = 10
const longestMs = 20_000

/**
 * Latencies in buckets of 10 microseconds. The generator's own histogram keeps whole milliseconds, which
 * is too coarse for a server that answers within one.
 */
export class LatencyHistogram {
  private readonly buckets = new Uint32Array((longestMs * 1_000) / bucketUs + 1)
  private count = 0
  private longestRecordedMs = 0

  record(latencyMs: number): void {
    const bucket = Math.min(Math.floor((latencyMs * 1_000) / bucketUs), this.buckets.length - 1)
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1
    this.count += 1
    if (latencyMs > this.longestRecordedMs) this.longestRecordedMs = latencyMs
  }

  /** The latency that `share` of the answers did not exceed, to the bucket's upper edge; 0 when empty. */
  percentileMs(share: number): number {
    const wanted = Math.ceil(this.count * share)
    let seen = 0
    for (let bucket = 0; bucket < this.buckets.length && wanted > 0; bucket += 1) {
      seen += this.buckets[bucket] ?? 0
      if (seen >= wanted) return ((bucket + 1) * bucketUs) / 1_000
    }
    return 0
  }

  get maxMs(): number {
    return this.longestRecordedMs
  }
}
