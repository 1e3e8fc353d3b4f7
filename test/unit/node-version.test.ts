import { expect, it } from 'vitest';

it('tests run on the Node of the Lambda runtime nodejs24.x', () => {
  expect(process.version).toMatch(/^v24\./);
});
