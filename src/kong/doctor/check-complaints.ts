import { redactText } from '../../http/redact.ts';
import { shellWord } from '../format-variables.ts';
import { BUNDLED } from '../plugin-list.ts';
import type { Complaint } from './find-complaints.ts';
import type { DoctorCode, DoctorFinding } from './finding.ts';
import { explainMissingModule } from './explain-missing-module.ts';
import type { LoadView, Patient } from './patient.ts';

/** What became of the complaints of a log. */
export interface JudgedComplaints {
  readonly findings: readonly DoctorFinding[];
  /** Complaints of which nothing is to be seen on the node any more, for people. */
  readonly notes: readonly string[];
}

const MAX_SHOWN_LENGTH = 300;

/** Why a plugin that is in use can be missing from the list. */
const LIST_CODES: readonly DoctorCode[] = [
  'list-mangled',
  'list-off',
  'line-not-read',
  'file-overridden',
  'file-not-applied',
];

/** Why Kong can find no handler or no schema. */
const FILE_CODES: readonly DoctorCode[] = [
  'list-mangled',
  'path-not-searched',
  'wrong-level',
  'name-differs',
  'file-missing',
  'dangling-link',
  'closed-to-workers',
  'not-installed',
  'link-missing',
  'files-differ',
];

const CAUSES: Readonly<Record<Complaint['kind'], readonly DoctorCode[]>> = {
  'not-enabled': LIST_CODES,
  'not-installed': FILE_CODES,
  'no-schema': FILE_CODES,
  'not-loaded': [],
  'data-plane': ['data-plane-behind', 'version-does-not-fit'],
  'not-started': [],
};

/**
 * Leads each complaint to its cause: it becomes evidence of a finding, or a finding of its own; where
 * the node shows no cause any more, a note.
 * @param known what was found on the node
 */
export function checkComplaints(
  complaints: readonly Complaint[],
  known: readonly DoctorFinding[],
  patient: Patient,
): JudgedComplaints {
  const findings = [...known];
  const notes: string[] = [];
  for (const complaint of complaints) {
    const index = findings.findIndex((finding) => isCause(finding, complaint));
    const cause = findings[index];
    const own = cause ? undefined : findingOf(complaint, patient);
    if (cause)
      findings[index] = {
        ...cause,
        severity: 'error',
        evidence: [...cause.evidence, complaint.place],
      };
    else if (own) findings.push(own);
    else notes.push(`${complaint.place}: nothing of it is left here; it was mended since`);
  }
  return { findings, notes };
}

function isCause(finding: DoctorFinding, { kind, plugin }: Complaint): boolean {
  if (!CAUSES[kind].includes(finding.code)) return false;
  return kind === 'data-plane' || finding.plugins.includes(plugin ?? '');
}

function findingOf(complaint: Complaint, patient: Patient): DoctorFinding | undefined {
  const { kind, plugin = '', place } = complaint;
  const [view] = patient.views;
  const base = { severity: 'error', evidence: [place], plugins: [plugin] } as const;
  switch (kind) {
    case 'not-enabled':
      return isLoaded(plugin, view, patient)
        ? undefined
        : { ...base, code: 'not-enabled', ...explainNotEnabled(plugin, patient) };
    case 'not-loaded':
      return notLoaded(complaint, patient);
    case 'data-plane':
      return { ...base, code: 'data-plane-behind', ...explainBehind(complaint) };
    case 'not-started':
      return { ...base, plugins: [], code: 'does-not-load', ...explainStart(complaint, patient) };
    case 'not-installed':
    case 'no-schema':
      return undefined;
  }
}

function isLoaded(plugin: string, { plugins }: LoadView, { bundled }: Patient): boolean {
  return plugins.includes(plugin) || (plugins.includes(BUNDLED) && bundled.has(plugin));
}

type Explanation = Pick<DoctorFinding, 'cause' | 'fix'>;

function explainNotEnabled(plugin: string, { node }: Patient): Explanation {
  return {
    cause: `the configuration uses ${plugin}, and plugins does not list it: Kong does not start, or drops every request while it calls itself healthy`,
    fix: `kongcrate enable ${shellWord(plugin)} --prefix ${shellWord(node.prefix)}; or take ${plugin} out of the configuration`,
  };
}

function notLoaded(complaint: Complaint, patient: Patient): DoctorFinding | undefined {
  const { plugin = '', module, words, place } = complaint;
  const base = { severity: 'error', evidence: [place], plugins: [plugin] } as const;
  if (module === undefined)
    return {
      ...base,
      code: 'does-not-load',
      cause: `Kong cannot load ${plugin}: ${lastWords(words)}`,
      fix: `Mend the plugin (kongcrate lint says more), or go back: kongcrate rollback ${shellWord(plugin)}`,
    };
  const explained = explainMissingModule(module, patient);
  return explained && { ...base, code: 'missing-dependency', ...explained(plugin) };
}

function explainBehind({ plugin = '', words }: Complaint): Explanation {
  return {
    cause: `a data plane gets no configuration: ${oneLine(words)}`,
    fix: `Bring ${plugin} to the same version on both: for a new plugin the data planes first, for an upgrade the control plane first.`,
  };
}

function explainStart({ words }: Complaint, { node }: Patient): Explanation {
  return {
    cause: `Kong does not load its code: ${oneLine(words)}`,
    fix: `Mend what the message names, then: kong reload -p ${shellWord(node.prefix)}`,
  };
}

const oneLine = (words: string): string =>
  redactText(words.split('\n')[0] ?? '').slice(0, MAX_SHOWN_LENGTH);

/** Lua names the place on the last line before the traceback. */
function lastWords(words: string): string {
  const lines = words.split(/\n\s*stack traceback/)[0]?.split('\n') ?? [];
  return oneLine((lines.findLast((line) => /:\d+:/.test(line)) ?? lines[0] ?? '').trim());
}
