import { setTimeout as delay } from 'node:timers/promises';
import { validateConfiguration } from '../entities/validate-configuration.js';

const PAUSE_MS = 50;

/** What a data plane tells of itself: names and versions of its plugins decide what it gets. */
function introduction(node) {
  const plugins = Object.entries(node.facts).map(([name, { version }]) => ({ name, version }));
  return { id: node.id, hostname: 'data-plane', version: '3.9.3', plugins };
}

/** A configuration that this node's own schemas refuse is dropped: the last one stays. */
async function take(node, configuration) {
  const document = { _format_version: '3.0', ...configuration };
  const { entities, problem } = await validateConfiguration(node.vm, { ...node, document });
  if (problem === undefined) {
    node.entities.write(entities);
    node.unsafe = undefined;
  } else
    node.log.write(
      'error',
      `[clustering] unable to update running config: bad config received from control plane ${problem}`,
    );
}

async function exchange(node, hash) {
  const response = await fetch(`http://${node.settings.cluster_control_plane}/v1/outlet`, {
    method: 'POST',
    body: JSON.stringify({ ...introduction(node), hash }),
  });
  const answer = await response.json();
  if (answer.configuration !== undefined) await take(node, answer.configuration);
  return answer.hash;
}

/** Asks the control plane for its configuration for life; without one the cached one stays. */
export async function followControlPlane(node) {
  let hash;
  for (;;) {
    try {
      hash = await exchange(node, hash);
    } catch {
      // It is away: what is cached stays.
    }
    await delay(PAUSE_MS, undefined, { ref: false });
  }
}
