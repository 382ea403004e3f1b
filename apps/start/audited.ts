import type { Addresses } from '../../infra/backends/types.ts';
import { type AuditReport, auditSystem } from '../audit/audit-system.ts';
import { describe } from '../audit/findings.ts';
import type { Report } from '../simulator/tally.ts';

/**
 * Audits the logs after a run that began at `since` (milliseconds since 1970): every trip since then
 * must have ended. An audit that could not be made resolves with its error.
 */
export async function auditRun(
  addresses: Addresses,
  since: number,
  signal: AbortSignal,
): Promise<AuditReport | Error> {
  return auditSystem(addresses, { quiet: true, since, signal }).catch((error: Error) => error);
}

/** What the city saw, together with what the logs tell. */
export function audited(report: Report, audit: AuditReport | Error): Report {
  const found =
    audit instanceof Error
      ? [`the logs could not be audited: ${audit.message}`]
      : audit.violations.map(describe);
  return { ...report, violations: [...report.violations, ...found] };
}

/** The audit in one line, for people. */
export function auditLine(audit: AuditReport | Error): string {
  if (audit instanceof Error) return 'Audit: not made';
  const { recordsInAll, seconds, violations } = audit.figures;
  const found = violations === 0 ? 'no violation' : `${violations} VIOLATIONS`;
  return `Audit: ${recordsInAll} records in ${seconds} s, ${found}`;
}
