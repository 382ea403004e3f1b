import type { AuditReport } from '../audit/audit-system.ts';
import { describe } from '../audit/findings.ts';
import type { Report } from '../simulator/tally.ts';

/** What the city saw, together with what the logs tell. */
export function audited(report: Report, { violations }: AuditReport): Report {
  return { ...report, violations: [...report.violations, ...violations.map(describe)] };
}

/** The audit in one line, for people. */
export function auditLine({ figures: { recordsInAll, seconds, violations } }: AuditReport): string {
  const found = violations === 0 ? 'no violation' : `${violations} VIOLATIONS`;
  return `Audit: ${recordsInAll} records in ${seconds} s, ${found}`;
}
