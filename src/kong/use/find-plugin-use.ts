import type { PluginUse, UseSource } from './plugin-use.ts';

/**
 * Asks all sources which entities name one of some plugins.
 * @param sources a text stands for one that is not there
 * @throws the reason of the signal that the sources were made with
 */
export async function findPluginUse(
  names: readonly string[],
  sources: readonly (UseSource | string)[],
): Promise<PluginUse> {
  const answers = await Promise.all(sources.map((source) => ask(source, names)));
  return {
    entities: answers.flatMap(({ entities = [] }) => entities),
    asked: answers.flatMap(({ asked = [] }) => asked),
    unanswered: answers.flatMap(({ unanswered = [] }) => unanswered),
  };
}

async function ask(
  source: UseSource | string,
  names: readonly string[],
): Promise<Partial<PluginUse>> {
  if (typeof source === 'string') return { unanswered: [source] };
  const found = await source.read();
  if (typeof found === 'string') return { unanswered: [found] };
  const using = found.filter(({ name }) => names.includes(name));
  return { entities: using.map((entity) => ({ ...entity, source })), asked: [source.shownAs] };
}
