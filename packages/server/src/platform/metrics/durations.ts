import type { Registry } from 'prom-client'

/** Upper bounds of the buckets, in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

interface Series {
  readonly operation: string
  readonly status: number
  /** How many there were up to each bound and above the one before it, and at last above all of them. */
  readonly counts: number[]
  sum: number
}

/**
 * How long requests took, by operation and status: a histogram of Prometheus that the registry shows beside its own.
 * One of prom-client finds the series of each value anew by the names and values of its labels, which takes ten times
 * as long as to count it.
 */
export class Durations {
  readonly name = 'claviger_request_duration_seconds'
  /** By status, for each operation. */
  private readonly series = new Map<string, Map<number, Series>>()

  observe(operation: string, status: number, seconds: number): void {
    const series = this.seriesOf(operation, status)
    const above = bounds.findIndex((bound) => seconds <= bound)
    const bucket = above === -1 ? bounds.length : above
    series.counts[bucket] = (series.counts[bucket] as number) + 1
    series.sum += seconds
  }

  private seriesOf(operation: string, status: number): Series {
    let ofOperation = this.series.get(operation)
    if (!ofOperation) {
      ofOperation = new Map()
      this.series.set(operation, ofOperation)
    }
    let series = ofOperation.get(status)
    if (!series) {
      series = { operation, status, counts: new Array(bounds.length + 1).fill(0), sum: 0 }
      ofOperation.set(status, series)
    }
    return series
  }

  /** As a registry asks for a metric. */
  async get() {
    const all = [...this.series.values()].flatMap((ofOperation) => [...ofOperation.values()])
    return {
      name: this.name,
      help: 'Time from a parsed request to its answer.',
      type: 'histogram',
      aggregator: 'sum',
      values: all.flatMap((series) => this.valuesOf(series)),
    }
  }

  private valuesOf({ operation, status, counts, sum }: Series) {
    const labels = { operation, status }
    let total = 0
    const buckets = counts.map((count, i) => {
      total += count
      return {
        metricName: `${this.name}_bucket`,
        labels: { le: bounds[i] ?? '+Inf', ...labels },
        value: total,
      }
    })
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: total },
    ]
  }
}

/** Shows durations with the metrics of a registry, whose types know no metrics but its own. */
export function registerDurations(registry: Registry): Durations {
  const durations = new Durations()
  registry.registerMetric(durations as never)
  return durations
}
