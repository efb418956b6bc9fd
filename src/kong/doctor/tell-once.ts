import type { DoctorCode, DoctorFinding } from './finding.ts';

/** What the installed files tell of a plugin that Kong does not find: nearer to the cause. */
const NEARER: readonly DoctorCode[] = ['link-missing', 'files-differ'];
const FARTHER: readonly DoctorCode[] = ['not-installed', 'file-missing', 'dangling-link'];

/** Leaves out what another finding says already. */
export function tellOnce(findings: readonly DoctorFinding[]): readonly DoctorFinding[] {
  // The running node and its next start may have the same fault.
  const all = [
    ...new Map(findings.map((finding) => [finding.code + finding.cause, finding])).values(),
  ];
  return all.filter((finding) => !isToldNearer(finding, all) && !isToldAsClosed(finding, all));
}

function isToldNearer({ code, plugins }: DoctorFinding, all: readonly DoctorFinding[]): boolean {
  return (
    FARTHER.includes(code) &&
    all.some((other) => NEARER.includes(other.code) && other.plugins[0] === plugins[0])
  );
}

/** What is closed to the workers is no second finding because its mode was changed. */
function isToldAsClosed({ code, mend }: DoctorFinding, all: readonly DoctorFinding[]): boolean {
  if (code !== 'modes-differ' || mend?.kind !== 'modes') return false;
  const closed = all.flatMap((other) =>
    other.code === 'closed-to-workers' && other.mend?.kind === 'modes' ? other.mend.paths : [],
  );
  return mend.paths.every((path) => closed.includes(path));
}
