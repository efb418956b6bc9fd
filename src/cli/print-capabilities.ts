import type { Capability } from '../plugin/capabilities/capability.ts';

const WAYS: Readonly<Record<Capability['way'], string>> = {
  'kong-operator': 'Kong operator',
  streaming: 'streaming',
  konnect: 'Konnect',
  hybrid: 'hybrid',
};

/** One line a way: yes or no, and why. */
export function renderCapabilities(capabilities: readonly Capability[]): string {
  return capabilities
    .map(({ way, possible, reason }) => `${WAYS[way]}: ${possible ? 'yes' : 'no'}, ${reason}`)
    .join('\n');
}
