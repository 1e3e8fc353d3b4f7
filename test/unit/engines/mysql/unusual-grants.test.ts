import { describe, expect, it } from 'vitest';
import { givesNothing, parseGrant, rightsOf } from '../../../../functions/engines/mysql/grant.ts';
import { thrownBy } from '../../support/canaries.ts';

const rights = (line: string) => rightsOf(parseGrant(line));
const texts = (line: string) => rights(line).map(({ text }) => text);

describe('the rights of an unusual line of SHOW GRANTS', () => {
  it.each([
    ['USAGE of one database', 'GRANT USAGE ON `shop`.* TO `app`@`%`', ['USAGE ON `shop`.*']],
    [
      'columns between privileges on the table',
      'GRANT SELECT (`id`, `na,me`), DELETE, CREATE VIEW(`id`) ON `shop`.`orders` TO `app`@`%`',
      [
        'SELECT (`id`) ON `shop`.`orders`',
        'SELECT (`na,me`) ON `shop`.`orders`',
        'DELETE ON `shop`.`orders`',
        'CREATE VIEW (`id`) ON `shop`.`orders`',
      ],
    ],
    [
      'columns whose names hold parentheses, keywords and line breaks',
      'GRANT INSERT (`a)`, `ON`, `b\n(`) ON `shop`.`orders (old)` TO `app`@`%`',
      [
        'INSERT (`a)`) ON `shop`.`orders (old)`',
        'INSERT (`ON`) ON `shop`.`orders (old)`',
        'INSERT (`b\n(`) ON `shop`.`orders (old)`',
      ],
    ],
  ])('are those of %s', (_case, line, expected) => {
    expect(texts(line)).toEqual(expected);
  });

  it('are implied by all privileges on the same object', () => {
    expect(rights('GRANT SELECT ON `shop`.* TO `app`@`%`')).toEqual([
      { text: 'SELECT ON `shop`.*', impliedBy: ['ALL PRIVILEGES ON `shop`.*'] },
    ]);
  });

  it('are implied for a column by the same privilege on the table too', () => {
    expect(rights('GRANT CREATE VIEW (`id`) ON `s`.`t` TO `app`@`%`')).toEqual([
      {
        text: 'CREATE VIEW (`id`) ON `s`.`t`',
        impliedBy: ['CREATE VIEW ON `s`.`t`', 'ALL PRIVILEGES ON `s`.`t`'],
      },
    ]);
  });

  it('are implied by nothing when they are the lack of one', () => {
    expect(rights('REVOKE INSERT ON `mysql`.* FROM `app`@`%`')).toEqual([{ text: 'no INSERT ON `mysql`.*' }]);
  });
});

describe('a line that gives nothing', () => {
  it.each([
    ['GRANT USAGE ON *.* TO `app`@`%`', true],
    ["GRANT USAGE ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*24'", true],
    ['GRANT USAGE ON *.* TO `app`@`%` WITH GRANT OPTION', false],
    ['GRANT SELECT ON *.* TO `app`@`%`', false],
    ['GRANT USAGE ON `shop`.* TO `app`@`%`', false],
  ])('%s: %s', (line, expected) => {
    expect(givesNothing(parseGrant(line))).toBe(expected);
  });
});

describe('the words that may be passed on', () => {
  it.each([
    ['the privilege of that name', 'GRANT GRANT OPTION ON `shop`.* TO `app`@`%`'],
    ['an account called so', 'GRANT SELECT ON *.* TO GRANT'],
    ['a role called so', 'GRANT `reader` TO ADMIN'],
  ])('are not found in %s', (_case, line) => {
    expect(parseGrant(line).option).toBeUndefined();
  });

  it('are not found in names that ANSI_QUOTES has the server print', () => {
    expect(parseGrant('GRANT SELECT ON "a TO ""b".* TO "GRANT OPTION"@"%"')).toEqual({
      statement: 'GRANT SELECT ON "a TO ""b".*',
      preposition: 'TO',
      option: undefined,
    });
  });
});

it('a line that names no account is said to be one', async () => {
  expect(await thrownBy(() => parseGrant('GRANT SELECT ON `a`.*'))).toMatchObject({
    message: 'a line of SHOW GRANTS names no account',
  });
});
