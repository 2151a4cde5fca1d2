/** REST with JSON bodies: the path names the operation; a header has the code of an error. */
import { unsupported } from './aws-error.ts';
import { jsonErrors, parseJsonBody } from './json.ts';
import type { Protocol } from './protocol.ts';

export const restJson: Protocol = {
  name: 'rest-json',
  contentType: 'application/json',
  errors: jsonErrors(403),
  address(request, scope, services) {
    const mine = services.filter((each) => each.protocol === 'rest-json');
    if (request.path === '/' && !mine.some((each) => each.name === scope)) return null;
    for (const service of mine) {
      const operation = service.paths?.[request.path];
      if (operation !== undefined)
        return { service, operation, read: () => parseJsonBody(request.body), problem: null };
    }
    throw unsupported(`the path ${request.path}`);
  },
  writeOutput: (_exchange, output) => JSON.stringify(output ?? {}),
  writeError: (_exchange, { message, members }) => JSON.stringify({ message, ...members }),
  errorHeaders: ({ code }) => ({ 'x-amzn-errortype': code }),
};
