import type { Report } from '../core/model.ts';

/** The JSON report as it is: strangers' text is kept raw, as data. */
export const renderJson = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`;
