/**
 * Mutants that the tests must notice: the exact text in a source file, its replacement, and the tests that should
 * fail.
 */
export interface Mutant {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
}

type Break = readonly [from: string, to: string];

const broken = (file: string, tests: readonly string[], breaks: readonly Break[]): Mutant[] =>
  breaks.map(([from, to]) => ({ file, from, to, tests }));

const planning = ['test/core/planning', 'test/core/replanning', 'test/core/validation'];
const engine = [
  'test/run/apply.test.ts',
  'test/run/replan.test.ts',
  'test/run/other-hands.test.ts',
];

export const mutants: readonly Mutant[] = [
  ...broken(
    'src/core/planning/enable.ts',
    [...planning, ...engine],
    [
      ["!createdByDhmc(role) && !settings.overwrite.includes('foreign')", 'false'],
      ['if (privilege !== null) return', 'if (false) return'],
      ['if (policies === null || allowPrivilegedRole) return null;', 'return null;'],
      ['asking.length > 0 && !(whole && rightValues)', '!(whole && rightValues)'],
    ],
  ),
  ...broken('src/core/planning/take-over.ts', planning, [
    ['if (isReserved(value)) return namesReserved(setting);', ''],
  ]),
  ...broken('src/core/planning/disable.ts', planning, [
    ['if (!namesRole(setting.value, subject.role))', 'if (false)'],
    ['if (!options.settings.deleteRole) return asRead();', ''],
    ["removal.kind === 'keep' ? 'skipped' : 'blocked'", "'skipped'"],
  ]),
  ...broken('src/core/planning/role-removal.ts', planning, [
    ['if (!createdByDhmc(role)) {', 'if (false) {'],
    ['if (using.length > 0) {', 'if (false) {'],
    ['if (first !== undefined) {', 'if (false) {'],
    ['if (more.length > 0) {', 'if (false) {'],
    ['terms.assumeUnused.includes(cell.region)', 'false'],
    ["entry.status.startsWith('ENABLED')", 'true'],
  ]),
  ...broken('src/core/replanning/rollback.ts', planning, [
    ["if (changeOutcome(change) === 'none') continue;", ''],
    [
      "verdict: problem.code === 'region-not-enabled' ? 'skipped' : 'blocked'",
      "verdict: 'skipped'",
    ],
    ["if (value === former) return plannedTarget(key, { ...rest, verdict: 'in-sync' });", ''],
    ['if (!isBack && !isOwnWork(status.last, now)) {', 'if (false) {'],
    ['if (comesBack || isBack) left.add(region);', ''],
    ['isMade && isAsGivenBack(status.last, planner.laterRuns, now)', 'isMade'],
    ['before.modifiedAt === modifiedAt;', 'true;'],
  ]),
  ...broken('src/core/replanning/rollback-role.ts', planning, [
    ["outcome === 'doubtful' && !(isMade && isOwnWork(own, now))", 'false'],
    ["if (sameTargetValue(value, change.from)) return { kind: 'settled' };", ''],
    ["if (isOwnWork(status.last, now)) return { kind: 'undo' };", "return { kind: 'undo' };"],
  ]),
  ...broken('src/core/replanning/resume.ts', planning, [
    ["left.verdict === 'failed' ||", ''],
    ['if (sameTargetValue(fresh.from, change.from)) return fresh;', ''],
    ['if (!isOwnWork({ change, history }, nowOf(fresh, scene))) {', 'if (false) {'],
  ]),
  ...broken('src/core/replanning/apply-saved.ts', planning, [
    ["if (fresh.state === 'unknown') return fresh;", ''],
    ["!isMade && terms.action === 'rollback' && writtenAgain(saved, fresh)", 'false'],
    ["if (action !== 'enable') return null;", 'return null;'],
    ["if (fresh.verdict !== 'would-change') return fresh;", ''],
  ]),
  ...broken(
    'src/core/planning/purpose.ts',
    ['test/core/planning/purpose.test.ts'],
    [
      [
        "return { kind: 'read', checkBoundary, coverage, ...",
        "return { kind: 'enable', passRoles: [task.settings.dhmcRole], checkBoundary, coverage, ...",
      ],
      ["return { kind: 'disable', deleteRole };", "return { kind: 'disable', deleteRole: true };"],
      ["target.kind === 'setting' && isToChange(target)", "target.kind === 'setting'"],
    ],
  ),
  ...broken(
    'src/core/planning/waves.ts',
    [...planning, 'test/run/apply.test.ts'],
    [
      [
        'Math.floor((accounts * share.percent) / 100)',
        'Math.ceil((accounts * share.percent) / 100)',
      ],
      [
        'Math.ceil((accounts * share.percent) / 100)',
        'Math.floor((accounts * share.percent) / 100)',
      ],
      ['if (accounts > (ends.at(-1) ?? 0)) ends.push(accounts);', ''],
      ['account.id === managementAccount;', 'account.id !== managementAccount;'],
    ],
  ),
  ...broken(
    'src/core/record/history.ts',
    ['test/core/record', ...planning],
    [
      [
        "if (ended === null || ended.state === 'unknown') return 'unrecorded';",
        "if (ended === null) return 'unrecorded';",
      ],
      [
        "if (ended.verdict === 'changed') return 'made';",
        "if (ended.verdict === 'changed') return 'none';",
      ],
      ["if (ended.verdict !== 'failed') return 'none';", ''],
      [
        "changeOutcome(earlier) === 'none' ? event.from : earlier.from",
        "changeOutcome(earlier) === 'none' ? event.from : event.from",
      ],
    ],
  ),
  ...broken(
    'src/core/record/ownership.ts',
    ['test/core/record', ...planning],
    [
      ["if (writer === 'others') return false;", ''],
      ['ended.modifiedBy === now.modifiedBy && sameTime', 'ended.modifiedBy === now.modifiedBy'],
      ['tag === undefined || expected === undefined || tag === expected', 'true'],
      ["writer === 'run' || namesNobody(now.modifiedBy)", 'true'],
    ],
  ),
  ...broken(
    'src/core/record/report.ts',
    ['test/core/record'],
    [
      ["target.verdict === 'would-change') ? 2 : 0", "target.verdict === 'would-change') ? 0 : 0"],
      ["conflict && report.action !== 'status' ? 1 : 0", 'conflict ? 1 : 0'],
    ],
  ),
  ...broken(
    'src/core/applying/change.ts',
    ['test/core/applying'],
    [
      ["if (found === 'moved') return hasMoved(state);", ''],
      ["doing: state.begun ? 'write' : 'record'", "doing: 'write'"],
      [
        "return state.begun ? failed(state, problem) : unknown('blocked');",
        "return unknown('blocked');",
      ],
      ["state.begun && state.uncertain ? go(state, { doing: 'last-look' }) : ", ''],
      [
        'const lost = { ...noted, sent: true, uncertain: true };',
        'const lost = { ...noted, sent: true, uncertain: false };',
      ],
      ["if (kind !== 'setting' || visibleUntil === 0) return failed(noted, problem);", ''],
    ],
  ),
  ...broken('src/run/apply.ts', engine, [
    ["verdict === 'failed' || verdict === 'blocked';", "verdict === 'failed';"],
    ["strict: options.action === 'rollback',", 'strict: false,'],
    ["judgesRole: options.action === 'enable',", 'judgesRole: false,'],
    ['failedAccounts.size > limit && begun < ordered.length', 'false'],
  ]),
  ...broken('src/run/apply-account.ts', engine, [
    ['if (needsRole(target, work.role) && !good(base)) return', 'if (false) return'],
  ]),
  ...broken('src/run/take-down.ts', engine, [
    ['if (!good(ofGrant)) return giveUp(applying, roleTarget, ofGrant);', ''],
  ]),
  ...broken(
    'src/journal/writer.ts',
    ['test/journal/writer.test.ts'],
    [
      ['if (failure !== null) return reject(failure);', ''],
      ['if (batch.some((entry) => entry.durable)) await sync();', ''],
    ],
  ),
  ...broken(
    'src/journal/reader.ts',
    ['test/journal/reader.test.ts'],
    [
      ['if (onDamage === undefined) throw damaged(file, damage);', ''],
      ["if (number === 0) throw notAJournal(file, 'it holds no whole line');", ''],
    ],
  ),
  ...broken(
    'src/journal/lock.ts',
    ['test/journal/lock.test.ts'],
    [
      [
        "if (holder === 'unreadable' || fate !== 'dead') throw",
        "if (holder === 'unreadable') throw",
      ],
      ["if (typeof holder === 'object' && holder.nonce === mine.nonce) await", 'await'],
    ],
  ),
  ...broken(
    'src/journal/format.ts',
    ['test/compatibility', 'test/journal/format.test.ts'],
    [["if ('plan' in data) renameFormerMembers(data.plan);", '']],
  ),
  ...broken(
    'src/aws/http/retry.ts',
    ['test/aws/http/retry.test.ts'],
    [
      ['!writes &&', ''],
      ['if (count + 1 < limits.throttled)', 'if (count < limits.throttled)'],
      ['budget -= 1;', ''],
      ['!(isTimeout(failure) && silences > 1)', 'true'],
      ['waited > maxWaitMs', 'false'],
    ],
  ),
  ...broken(
    'src/aws/http/limiter.ts',
    ['test/aws/http/limiter.test.ts'],
    [
      ['if (at - lastShrunk < shrinkEveryMs) return;', ''],
      ['set(Math.min(most, room + 1 / room));', 'set(Math.min(most, room + 1));'],
      ['passed > maxPassed ? oldest', 'false ? oldest'],
    ],
  ),
  ...broken(
    'src/aws/http/rate.ts',
    ['test/aws/http/rate.test.ts'],
    [['Math.min(burst, bucket.level +', 'Math.max(burst, bucket.level +']],
  ),
  ...broken(
    'src/sandbox/policy/evaluate.ts',
    ['test/sandbox/policy'],
    [
      ["if (trust === 'deny') return explicit('resource');", ''],
      ["if (boundary?.deny === true) return explicit('boundary', boundary.arn);", ''],
      ["if (!levels.every((level) => level.allow)) return implicit('scp');", ''],
      ["if (needs.session && session?.allow === false) return implicit('session');", ''],
      ["if (needs.identity && !identity.allow) return implicit('identity');", ''],
    ],
  ),
  ...broken(
    'src/render/coverage/html.ts',
    ['test/render/coverage/html.test.ts'],
    [['const whole = total <= most;', 'const whole = true;']],
  ),
  ...broken(
    'src/render/html/page/coverage.ts',
    ['test/render/coverage/html.test.ts'],
    [['const pageSize = 200;', 'const pageSize = 2_000;']],
  ),
  ...broken(
    'src/render/html/page/map.ts',
    ['test/render/html/index.test.ts'],
    [['Math.ceil((top + scroller.clientHeight) / rowHeight) + beyond,', 'items.length,']],
  ),
  ...broken(
    'src/render/html/page/page.ts',
    ['test/render/html/index.test.ts'],
    [
      [
        'printedMap(view, view.select(filters), filters)',
        'printedMap(view, view.select(filters).slice(0, 80), filters)',
      ],
    ],
  ),
  ...broken(
    'src/core/validation/saved-plan.ts',
    ['test/e2e/journal.test.ts'],
    [['if (!isVerbatim(target.to, change.from))', 'if (false)']],
  ),
  ...broken(
    'src/cli/exit.ts',
    ['test/e2e/bad-input.test.ts'],
    [
      [
        "code: 'usage', message: error.message, hint: error.hint }",
        "code: 'usage', message: error.message, hint: '' }",
      ],
    ],
  ),
];
