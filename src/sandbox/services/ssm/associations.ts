/** State Manager's associations. */
import { accountOf } from '../../state/state.ts';
import { integer, list, structure, text } from '../../protocols/shape.ts';
import { operation } from '../service.ts';
import type { Operation } from '../service.ts';
import { fail } from './shared.ts';

const listAssociations = operation({
  members: {
    AssociationFilterList: list(
      structure({ key: text({ required: true }), value: text({ required: true, min: 1 }) }),
      { min: 1 },
    ),
    MaxResults: integer({ min: 1, max: 50 }),
    NextToken: text({}),
  },
  resource: ({ state, region, principal }) =>
    `arn:${state.partition}:ssm:${region}:${principal.account}:*`,
  handle(call, input) {
    const { state, principal, region } = call;
    const given = accountOf(state, principal.account).given?.associations?.[region] ?? [];
    const all = given
      .filter((association) =>
        (input.AssociationFilterList ?? []).every(({ key, value }) => {
          switch (key) {
            case 'Name':
              return association.document === value;
            case 'AssociationName':
              return association.name === value;
            case 'AssociationId':
              return association.id === value;
            default:
              throw fail('ValidationException', `The sandbox does not know the filter ${key}.`);
          }
        }),
      )
      .map((association) => ({
        Name: association.document,
        AssociationId: association.id,
        AssociationVersion: '1',
        AssociationName: association.name,
      }));
    return call.page({ member: 'Associations', all }, input);
  },
});

export const associationOperations: Readonly<Record<string, Operation>> = {
  ListAssociations: listAssociations,
};
