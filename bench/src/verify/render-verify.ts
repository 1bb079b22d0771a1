import type { RunFacts } from '../comparisons/benchmark.js'
import { integer, latency, ratioText, spreadText } from '../report/format.js'
import { markdownTable } from '../report/markdown-table.js'
import { spreadOf } from '../report/statistics.js'
import { cpuText, listOf, noise, otherWorkOf } from '../report/surroundings.js'
import { targets } from './entries.js'
import type { EntryFigures, VerifyFigures } from './figures.js'
import { entryName, figuresOf, rateRatio, verdictOf } from './verify-verdicts.js'

/** The section of a run as Markdown. */
export function renderVerify(figures: VerifyFigures, facts: RunFacts): string {
  const { entries } = figures
  const contenders = [...new Set(entries.flatMap(({ entry: { contender } }) => contender ?? []))]
  const products = contenders.filter(({ slug }, i) => contenders.findIndex((one) => one.slug === slug) === i)
  const cpuShares = entries.flatMap(({ rounds }) => rounds.map(({ cpuShare }) => cpuShare))
  return [
    '## Verifying API keys',
    `${products.map(({ name, version }) => `${name} ${version}`).join(' and ')}, ${facts.date}, by \`${facts.command}\`.`,
    markdownTable(
      [
        '',
        'requests/s',
        'of the empty handler',
        'p50 ms',
        'p99 ms',
        'CPU %: server · PostgreSQL · load',
        'answer',
      ],
      entries.map((entry) => row(entry, entries)),
    ),
    listOf(targets.map((target) => verdictOf(target, entries))),
    'How it was measured:',
    listOf([
      ...methodOf(figures),
      `Machine: ${facts.machine}. ${otherWorkOf(cpuShares)}`,
      `Placement: ${facts.placement}.`,
      `PostgreSQL ${facts.postgres.version} (${facts.postgres.settings}): one server, a database for each.`,
      ...contenders.map(({ name, configuration }) => `${name}: ${configuration}.`),
    ]),
    `**How fair is this?** ${[...fairness, noise].join(' ')}`,
  ].join('\n\n')
}

function row(figures: EntryFigures, all: readonly EntryFigures[]): string[] {
  const { rounds, entry, answerBytes } = figures
  const median = (figure: (round: EntryFigures['rounds'][number]) => number) =>
    spreadOf(rounds.map(figure)).median
  const empty = all.find(({ entry: { contender } }) => contender === null)
  return [
    entryName(figures),
    spreadText(spreadOf(rounds.map(({ requestsPerS }) => requestsPerS)), integer),
    empty === undefined || empty === figures
      ? '1'
      : ratioText(rateRatio(figures, figuresOf(empty.entry, all))),
    latency(median(({ latencyMs }) => latencyMs.p50)),
    latency(median(({ latencyMs }) => latencyMs.p99)),
    cpuText(rounds.map(({ cpuShare }) => cpuShare)),
    entry.contender === null ? `${integer(answerBytes)} B, constant` : `${integer(answerBytes)} B`,
  ]
}

function methodOf({ shape, settlingS, roundCount, shortRoundCount }: VerifyFigures): readonly string[] {
  const rounds =
    roundCount === 1
      ? 'One round'
      : `Median (min–max) of ${shortRoundCount} rounds, of the lines *after minutes* of ${roundCount},`
  return [
    `${rounds} in the order of the table, each line on servers that were freshly started on a fresh copy of their ` +
      `database: ${shape.warmUpS} s of warm-up and a window of ${shape.windowS} s from ${shape.connectionCount} ` +
      'connections, each of which sends its next request when the last is answered. A ratio is taken inside a round; ' +
      "p50 and p99 are medians of the rounds' own.",
    'Claviger notes counts in a journal and adds them to the rows of their keys in two minutes, so in the first seconds ' +
      `it adds few. The lines *after minutes* have ${settlingS} s of warm-up, by when it adds as many as it notes.`,
    'The keys of the requests are drawn beforehand, and are the same for all: *uniform*, any key alike; *zipf*, the ' +
      'key of rank r in proportion to 1 / r^0.99. Every key belongs to a user, who has ten.',
    'Every answer was 200 and said valid, or there would be no table; of some the key was looked at, too. After each ' +
      'load of Claviger, and again when its servers had stopped, the counts of all keys in the database added up to ' +
      'exactly the valid answers.',
    'The load is a generator of our own on bare sockets, which spends less than autocannon: it shares a CPU with ' +
      'PostgreSQL.',
    'The empty handler is a bare Fastify of the same version with the same route: it checks the body and writes the ' +
      'answer by the same schemas, and always answers what Claviger answered once.',
  ]
}

const fairness = [
  'Claviger is asked over HTTP by a caller with a credential, which it looks up or whose signature it checks, with ' +
    'its limits; Better Auth offers verification only as a call inside of the process, so a bare server was put ' +
    'before it that asks nobody who they are: this favours Better Auth.',
  'Both find the key by its hash in the database on every request, and cache nothing. Claviger also looks at its ' +
    'user and at the API that it is for, and counts: the count is exact, and is written to a journal in the database ' +
    'within a quarter of a second after the answer, for many keys in one statement. Better Auth counts nothing with its ' +
    'limits off, and writes the time of the request before it answers, in an update of the whole row: this favours ' +
    'Claviger. Its option `deferUpdates` answers first, and still writes once for every request.',
  "Over Kinde's wire the caller is an application that may read keys and verify them, as a service would be that " +
    'verifies: with all that it could be allowed, the token of every request would be 2.5 times as long.',
  'Better Auth is measured in the latest pair of versions that npm installs together, and with the plugins that make it ' +
    'a server for users, organizations and administrators, as Claviger is one: every call goes through what they add. ' +
    'With its API-key plugin alone it is faster, as its own line shows.',
  'Two servers share the CPU that one has alone: the line shows what counting on two nodes costs and that nothing is ' +
    'lost between them, not what a second machine brings.',
  'With uniform choice nearly every key of a second is another one, which is the worst case for counting.',
]
