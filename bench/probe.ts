/**
 * Loaded into each measured process before its program: at exit, it writes the resources used to the file that
 * BENCH_USED names.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Used } from './protocol.ts';

/** The system's own peak includes the parent's memory before exec; the process's status does not. */
const peakMemoryMb = (): number => {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
};

const file = process.env['BENCH_USED'];
if (file !== undefined)
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const used: Used = { processorMs: (user + system) / 1000, peakMemoryMb: peakMemoryMb() };
    writeFileSync(file, JSON.stringify(used));
  });
