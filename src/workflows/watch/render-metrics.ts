import type { WatchHealth, WatchedPlugin } from './watch-health.ts';

interface Sample {
  readonly value: number;
  readonly labels?: string;
}

interface Metric {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  /** Without any the metric is left out: it is not known yet. */
  readonly samples: readonly Sample[];
}

const STATES: readonly WatchedPlugin['state'][] = ['locked', 'extra', 'held', 'quarantined'];

/** Writes health in the text format of Prometheus 0.0.4, as its node exporter reads files. */
export function renderMetrics(health: WatchHealth): string {
  return metricsOf(health)
    .filter(({ samples }) => samples.length > 0)
    .map(render)
    .join('');
}

function render({ name, type, help, samples }: Metric): string {
  const full = `kongcrate_sync_${name}`;
  const lines = samples.map(({ value, labels = '' }) => `${full}${labels} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function metricsOf(health: WatchHealth): readonly Metric[] {
  const { rounds, plugins, lock } = health;
  const pluginsIn = (state: WatchedPlugin['state']): Sample => ({
    labels: `{state="${state}"}`,
    value: plugins.filter((plugin) => plugin.state === state).length,
  });
  const results = [
    { labels: '{result="success"}', value: rounds.succeeded },
    { labels: '{result="failure"}', value: rounds.failed },
  ];
  return [
    gauge('failing', 'Whether the last round failed.', health.state === 'failing' ? 1 : 0),
    gauge('failures', 'Failed rounds in a row.', health.failures),
    time('last_round', 'When the last round ended.', health.lastRoundAt),
    time('last_success', 'When the last round without a failure ended.', health.lastSuccessAt),
    time('next_round', 'When the next round begins.', health.nextRoundAt),
    time('lock_published', 'When the lock that is followed was published.', lock?.publishedAt),
    gauge('generation', 'The generation of plugins that is live.', health.generation),
    {
      ...{ name: 'plugins', type: 'gauge' },
      help: 'Plugins by state.',
      samples: STATES.map(pluginsIn),
    },
    {
      ...{ name: 'rounds_total', type: 'counter' },
      help: 'Rounds since the start.',
      samples: results,
    },
    {
      ...{
        name: 'changes_total',
        type: 'counter',
        help: 'Rounds that installed, repaired or took out a plugin.',
      },
      samples: [{ value: health.changes }],
    },
  ];
}

function gauge(name: string, help: string, value: number | undefined): Metric {
  return { name, type: 'gauge', help, samples: value === undefined ? [] : [{ value }] };
}

function time(name: string, help: string, at: string | undefined): Metric {
  const seconds = at === undefined ? undefined : Date.parse(at) / 1000;
  return gauge(`${name}_timestamp_seconds`, help, seconds);
}
