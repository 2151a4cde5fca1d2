/** The call that an operation's handler receives: the caller, its authorization and its pages. */
import { authorize } from './auth/authorize.ts';
import { protocols } from './protocols/index.ts';
import { page } from './services/page.ts';
import type {
  Call,
  List,
  Operation,
  Output,
  PageInput,
  Service,
  Slice,
} from './services/service.ts';
import type { Principal } from './state/principals.ts';
import type { State } from './state/state.ts';

export interface CallOrigin {
  readonly state: State;
  readonly service: Service;
  readonly operation: string;
  readonly principal: Principal;
  readonly region: string;
  readonly now: number;
}

/**
 * Performs an operation if the caller is allowed to. Throws an `AwsError` where AWS refuses the call. The input must
 * already match the operation's shapes.
 */
export function performOperation(
  origin: CallOrigin,
  input: Readonly<Record<string, unknown>>,
): Output | undefined {
  const operation = origin.service.operations[origin.operation];
  if (operation === undefined)
    throw new Error(`There is no operation ${origin.service.name}:${origin.operation}.`);
  const call = createCall(origin);
  requireRight(call, `${origin.service.name}:${origin.operation}`, operation, input);
  return operation.handle(call, input);
}

/** Throws if the caller is not allowed to perform the operation on the resource that the input names. */
function requireRight(
  call: Call,
  ownName: string,
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
): void {
  if (operation.isOpen === true) return;
  const { action = ownName } = operation;
  const target = operation.resource?.(call, input) ?? '*';
  if (typeof target === 'string') call.authorize(action, target);
  else call.authorize(action, target.arn, target.context);
}

function createCall(origin: CallOrigin): Call {
  const { state, service, principal, region, now } = origin;
  const { errors } = protocols[service.protocol];
  return {
    state,
    principal,
    region,
    now,
    accessDenied: errors.accessDenied,
    authorize(action, resource, context) {
      const denial = authorize({ state, principal, region }, action, resource, context);
      if (denial !== null) throw errors.accessDenied(denial);
    },
    slice: (list, input) => sliceOf(origin, list, input),
    page(list, input) {
      const { member, describe } = list;
      const { items, rest } = sliceOf(origin, list, input);
      return {
        [member]: (describe === undefined ? items : items.map(describe)) as Output[string],
        ...rest,
      };
    },
  };
}

function sliceOf<T>(
  { state, service: { name, paging }, operation }: CallOrigin,
  { all, of }: Pick<List<T>, 'all' | 'of'>,
  input: PageInput,
): Slice<T> {
  if (paging === undefined) throw new Error(`The service ${name} has no pages.`);
  const { size, most = size } = paging;
  const { pageSize = most, emptyPages = false } = state.behavior;
  const token = input.NextToken ?? input.Marker;
  const found = page(all, {
    operation: of === undefined ? operation : `${operation} ${of}`,
    token,
    size: Math.min(input.MaxResults ?? input.MaxItems ?? size, pageSize),
    emptyFirst: paging.emptyPages === true && emptyPages,
  });
  if (found === null) throw paging.invalidToken(token ?? '');
  const rest = {
    ...(paging.truncated === true ? { IsTruncated: found.next !== undefined } : {}),
    [paging.token]: found.next,
  };
  return { items: found.items, rest };
}
