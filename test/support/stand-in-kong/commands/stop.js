import { findPrefix } from '../configuration/kong-env.js';
import { signalMaster } from './running-master.js';

/** Ends a node at once; it does not wait for the end. */
export function stop({ prefix }) {
  signalMaster(findPrefix({ prefix }), 'SIGTERM');
  process.stdout.write('Kong stopped\n');
}

/** Ends a node when its requests are done. */
export function quit({ prefix }) {
  signalMaster(findPrefix({ prefix }), 'SIGQUIT');
  process.stdout.write('Kong stopped (gracefully)\n');
}
