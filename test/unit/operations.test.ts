import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseEvent } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { CURRENT, PENDING, TARGET } from '../../layers/rotation-core/src/version-stages.ts';
import { exportedErrors } from './support/every-error.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(resolve(ROOT, path), 'utf8');

const PATH = 'docs/operations.md';
const DOCUMENT = read(PATH);
const DOCTOR = read('packages/rotation-doctor/src/doctor.ts');

/** What the document quotes of the doctor's command line. */
const quoted = [...DOCUMENT.matchAll(/\brotation-doctor(?: +([a-z]+))?([^\n`]*)/g)].map(
  ([, command = '', rest = '']) => ({ command, options: rest.match(/--[a-z-]+/g) ?? [] }),
);

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
const anchorsIn = (path: string) =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('docs/operations.md', () => {
  it('has one entry for each error, and no other', () => {
    const [, errors = ''] = DOCUMENT.split(/^## Errors$/m);
    const entries = [...errors.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(entries.sort()).toEqual(exportedErrors());
  });

  it('says of each error what it means and what to do, in a row of four', () => {
    for (const [row, meaning = '', , remedy = ''] of DOCUMENT.matchAll(
      /^\| `[A-Z]\w+` \|(.*)\|(.*)\|(.*)\|$/gm,
    )) {
      expect(row.match(/ \|/g), row).toHaveLength(4);
      expect(meaning.trim(), row).not.toBe('');
      expect(remedy.trim(), row).not.toBe('');
    }
  });

  it('names commands and options that rotation-doctor has', () => {
    // The last is the command line library's own.
    const commands = [...[...DOCTOR.matchAll(/\.command\('(\w+)'\)/g)].map(([, name]) => name), 'help'];
    const named = quoted.map(({ command }) => command).filter((command) => command !== '');
    expect(new Set(named)).toEqual(
      new Set(['help', 'status', 'preflight', 'fleet', 'rotate', 'unstick', 'rollback']),
    );
    expect(commands).toEqual(expect.arrayContaining(named));
    const options = quoted.flatMap(({ options }) => options);
    expect(options).toContain('--wait');
    for (const option of options) expect(DOCTOR, option).toContain(`'${option}`);
  });

  it('has no command of it fetched from a registry, where anybody may have taken its name', () => {
    expect(quoted.length).toBeGreaterThan(10);
    expect(DOCUMENT.match(/(?<!npx --no )\brotation-doctor [a-z]+/g)).toBeNull();
  });

  it('leads to files that exist, and to headings that they have', () => {
    const links = [...DOCUMENT.matchAll(/\]\(([^)]*)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) {
      const [file = '', anchor] = link.split('#');
      const path = file === '' ? PATH : resolve(ROOT, dirname(PATH), file);
      expect(existsSync(resolve(ROOT, path)), link).toBe(true);
      if (anchor !== undefined) expect(anchorsIn(path), link).toContain(anchor);
    }
  });

  it('sends an event that the function understands', () => {
    const [, payload = ''] = DOCUMENT.match(/--payload '([^']+)'/) ?? [];
    const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders/database-AbCdEf';
    expect(parseEvent(JSON.parse(payload.replace('<ARN>', arn)))).toMatchObject({ step: 'preflight' });
  });

  it('moves labels that the function knows', () => {
    const moved = [...DOCUMENT.matchAll(/--version-stage (\w+)/g)].map(([, stage]) => stage);
    expect(moved).toEqual(['AWSPENDING', 'AWSCURRENT', 'ROTATION_TARGET', 'ROTATION_TARGET']);
    expect([PENDING, CURRENT, TARGET, TARGET]).toEqual(moved);
  });
});
