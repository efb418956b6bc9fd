import { kongcrateSteps as ours, pushAs } from './kongcrate-steps.ts';
import { once } from './once.ts';
import type { Steps } from './steps.ts';
import * as tools from './tool-steps.ts';
import type { Cosign } from './tool-steps.ts';

export type Signer = 'cosign2 legacy' | 'cosign3 legacy' | 'cosign3 bundle';

/** Which program does which step. */
export interface Choice {
  readonly pack: 'kongcrate' | 'tar';
  readonly generateKeyPair: 'kongcrate' | Cosign;
  readonly login: 'kongcrate' | 'docker';
  readonly upload: 'kongcrate' | 'kongcrate --layout cosign' | Cosign;
  readonly sign: 'kongcrate' | Signer;
  readonly verify: 'kongcrate' | Cosign;
  readonly pull: 'kongcrate' | 'crane';
  readonly unpack: 'kongcrate' | 'tar';
}

export type Programs = {
  readonly [Step in keyof Steps]: Readonly<Record<Choice[Step], Steps[Step]>>;
};

/**
 * Every program that can do a step. What a program made of the same files is kept, so that rows
 * that begin alike share their beginning.
 */
export function createPrograms(): Programs {
  return {
    pack: { kongcrate: once(ours.pack), tar: once(tools.packWithTar) },
    generateKeyPair: {
      kongcrate: once(ours.generateKeyPair),
      cosign2: once(tools.generateKeyPairWith('cosign2')),
      cosign3: once(tools.generateKeyPairWith('cosign3')),
    },
    login: { kongcrate: once(ours.login), docker: once(tools.loginWithDocker) },
    upload: {
      kongcrate: once(ours.upload),
      'kongcrate --layout cosign': once(uploadAsCosign),
      cosign2: once(tools.uploadWith('cosign2')),
      cosign3: once(tools.uploadWith('cosign3')),
    },
    sign: {
      kongcrate: once(ours.sign),
      'cosign2 legacy': once(tools.signWith('cosign2')),
      'cosign3 legacy': once(tools.signWith('cosign3', '--new-bundle-format=false')),
      'cosign3 bundle': once(tools.signWith('cosign3')),
    },
    verify: {
      kongcrate: once(ours.verify),
      cosign2: once(tools.verifyWith('cosign2')),
      cosign3: once(tools.verifyWith('cosign3')),
    },
    pull: { kongcrate: once(ours.pull), crane: once(tools.pullWithCrane) },
    unpack: { kongcrate: once(ours.unpack), tar: once(tools.unpackWithTar) },
  };
}

const uploadAsCosign: Steps['upload'] = (input) => pushAs('cosign', input);
