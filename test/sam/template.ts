import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CollectionTag, parse, type ScalarTag } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../..');

type Properties = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly Type: string;
  /** The condition of the template under which the resource is there; always when absent. */
  readonly Condition?: string;
  readonly Properties: Properties;
}

export interface Statement {
  /** The condition of the template under which the statement is there; always when absent. */
  readonly when?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

interface Parameter {
  readonly Type: string;
  readonly Default?: unknown;
  readonly AllowedPattern?: string;
  readonly AllowedValues?: readonly unknown[];
}

interface Template {
  readonly Parameters: Readonly<Record<string, Parameter>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, Output>>;
}

interface Output {
  readonly Condition?: string;
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
}

interface SamTemplate extends Template {
  readonly Metadata: Readonly<Record<string, unknown>>;
  readonly Rules: Readonly<Record<string, { readonly Assertions: readonly { readonly Assert: unknown }[] }>>;
  readonly Globals: { readonly Function: Properties };
}

/**
 * A template, with each short form such as `!Ref x` read as its long form, here `{ Ref: 'x' }`.
 * @param path from the root of the repository
 */
export function readTemplate(path: string): Template {
  return parse(readFileSync(resolve(ROOT, path), 'utf8'), {
    customTags: [
      ...['Condition', 'Ref', 'Sub', 'GetAtt'].map(scalarTag),
      ...['And', 'Equals', 'If', 'Join', 'Not', 'Or', 'Split', 'Sub'].map(collectionTag),
    ],
  }) as Template;
}

export const template = readTemplate('template.yaml') as SamTemplate;

/** All resources of one type, by logical id. */
export function resourcesOf(type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}

/** A function's properties as SAM completes them from Globals: objects are merged, anything else is replaced. */
export function functionProperties(id: string): Properties {
  return merge(template.Globals.Function, template.Resources[id]?.Properties ?? {});
}

/** A property as it is deployed when no parameter is given: the default of the parameter that it refers to, or itself. */
export function withDefault(property: unknown): unknown {
  return isObject(property) && typeof property['Ref'] === 'string'
    ? template.Parameters[property['Ref']]?.Default
    : property;
}

/** What a role may do. All of it stands in the role: no policy is put into it from elsewhere. */
export function statementsOf(roleId: string): Statement[] {
  const policies = template.Resources[roleId]?.Properties['Policies'] as readonly Policy[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.map(statementOf));
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly (Statement | Choice)[] };
}
interface Choice {
  readonly 'Fn::If': readonly [condition: string, statement: Statement, otherwise: unknown];
}

function statementOf(entry: Statement | Choice): Statement {
  if (!('Fn::If' in entry)) return entry;
  const [when, statement] = entry['Fn::If'];
  return { when, ...statement };
}

function longForm(name: string): string {
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
}

function scalarTag(name: string): ScalarTag {
  return { tag: `!${name}`, resolve: (value) => ({ [longForm(name)]: value }) };
}

function collectionTag(name: string): CollectionTag {
  return {
    tag: `!${name}`,
    collection: 'seq',
    resolve: (sequence) => ({ [longForm(name)]: sequence.toJSON() }),
  };
}

function merge(under: Properties, over: Properties): Properties {
  const merged = Object.entries(over).map(([key, value]) => {
    const below = under[key];
    return [key, isObject(below) && isObject(value) ? merge(below, value) : value] as const;
  });
  return { ...under, ...Object.fromEntries(merged) };
}

function isObject(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
