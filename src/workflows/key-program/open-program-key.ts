import { verify } from 'node:crypto';
import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import { readPublicKey, type PublicKey } from '../../signing/public-key.ts';
import { signingHashOf, type Signer } from '../../signing/signer.ts';
import { askKeyProgram, failed, RPC_OPTIONS, type KeyProgramOptions } from './ask-key-program.ts';
import { parseProgramKey, type ProgramKey } from './program-key.ts';

/**
 * Opens a key that a program keeps, `SCHEME://RESOURCE`: a cloud's key service, a hardware token. Its
 * public key is read at once and only once; each signature is verified with it before anybody else
 * sees it.
 * @throws KongcrateError KEY_INVALID, SIGNING_SERVICE_ERROR, TIMED_OUT; the signer also throws
 *   SIGNATURE_MISMATCH
 */
export async function openProgramKey(name: string, options: KeyProgramOptions): Promise<Signer> {
  const key = parseProgramKey(name);
  const identity = await readIdentity(key, options);
  return {
    identity,
    sign: async (payload) => {
      const signature = await askForSignature(key, payload, options);
      if (!holds(identity, payload, signature)) throw wrongSignature(key, identity);
      return { signature };
    },
  };
}

async function readIdentity(key: ProgramKey, options: KeyProgramOptions): Promise<PublicKey> {
  const args = { publicKeyOptions: { rpcOptions: RPC_OPTIONS } };
  const answer = await askKeyProgram(key, { method: 'publicKey', args }, options);
  const pem = bytesIn(answer, 'publicKeyPEM', key).toString('utf8');
  try {
    return readPublicKey(pem);
  } catch (error) {
    throw failed(key.program, `its public key is of no use: ${messageOf(error)}`);
  }
}

async function askForSignature(
  key: ProgramKey,
  message: Uint8Array,
  options: KeyProgramOptions,
): Promise<Buffer> {
  const args = { signOptions: { rpcOptions: RPC_OPTIONS, messageOptions: {} } };
  const answer = await askKeyProgram(key, { method: 'signMessage', args, message }, options);
  return bytesIn(answer, 'signature', key);
}

function bytesIn(
  answer: Readonly<Record<string, unknown>>,
  name: string,
  { program }: ProgramKey,
): Buffer {
  const value = answer[name];
  if (typeof value === 'string' && value !== '') return Buffer.from(value, 'base64');
  throw failed(program, `its answer has no ${name}`);
}

/** Only what both cosigns verify: ECDSA as DER, RSA as PKCS#1 v1.5, over SHA-256; pure Ed25519. */
function holds({ key }: PublicKey, payload: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(signingHashOf(key), payload, key, signature);
  } catch {
    return false;
  }
}

function wrongSignature({ program }: ProgramKey, { keyId }: PublicKey): KongcrateError {
  return new KongcrateError(
    'SIGNATURE_MISMATCH',
    `${program} gave a signature that its own key ${keyId} does not verify`,
    {
      remedy:
        'Nothing was written. It has to sign its standard input, with SHA-256 unless the key is Ed25519.',
      details: { program },
    },
  );
}
