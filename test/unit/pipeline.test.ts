import { readdirSync, readFileSync } from 'node:fs';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const FOLDER = '.github/workflows';
const FILES = readdirSync(FOLDER);

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly container?: string | { readonly image: string };
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const textOf = (file: string) => readFileSync(`${FOLDER}/${file}`, 'utf8');
const workflow = (file: string): Workflow => parse(textOf(file));
const stepsOf = (file: string) => Object.values(workflow(file).jobs).flatMap(({ steps = [] }) => steps);

it('there are these workflows', () => {
  expect(FILES.toSorted()).toEqual(['deploy.yml', 'pipeline.yml']);
});

describe.each(FILES)('%s', (file) => {
  it('knows of no secret, for a role is all it needs', () => {
    expect(textOf(file)).not.toMatch(/secrets\.|access-key|aws_access_key|aws_secret/i);
  });

  it('reads the repository, and lets only a deployment ask for a token of its own', () => {
    const { permissions, jobs } = workflow(file);
    expect(permissions).toEqual({ contents: 'read' });
    const asking = Object.entries(jobs).filter(([, job]) => job.permissions !== undefined);
    expect(asking.map(([name]) => name)).toEqual(
      file === 'deploy.yml' ? ['deploy'] : ['dev', 'staging', 'prod'],
    );
    for (const [, job] of asking) expect(job.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  });

  it('runs the very commits of actions that it names', () => {
    for (const { uses } of stepsOf(file)) {
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    }
  });

  it('runs on Debian 12, whose archive has the servers and whose Python the tools are locked for', () => {
    for (const { steps, container } of Object.values(workflow(file).jobs)) {
      const image = typeof container === 'object' ? container.image : container;
      if (steps !== undefined) expect(image).toBe('node:24-bookworm');
    }
  });

  it('ends every job that hangs', () => {
    for (const { steps, 'timeout-minutes': timeout } of Object.values(workflow(file).jobs)) {
      expect(timeout).toEqual(steps === undefined ? undefined : expect.any(Number));
    }
  });
});

describe('the pipeline', () => {
  const { jobs } = workflow('pipeline.yml');

  it('checks with .ci/run, which does it all', () => {
    expect(jobs['check']?.steps?.map(({ run }) => run)).toContain('.ci/run');
  });

  it('goes from a check on main to dev, staging and prod, and no further than what failed', () => {
    const stages = Object.entries(jobs).filter(([, { uses }]) => uses === './.github/workflows/deploy.yml');
    expect(stages.map(([name, job]) => [name, job.needs, job.with])).toEqual([
      ['dev', 'check', { stage: 'dev' }],
      ['staging', 'dev', { stage: 'staging' }],
      ['prod', 'staging', { stage: 'prod' }],
    ]);
    expect(jobs['dev']?.if).toBe("github.event_name == 'push'");
    const { dev, staging, prod } = parseToml(readFileSync('samconfig.toml', 'utf8'));
    expect([dev, staging, prod]).not.toContain(undefined);
  });

  it('deploys what was checked, and builds nothing else', () => {
    const [upload] = stepsOf('pipeline.yml').filter(({ uses }) =>
      uses?.startsWith('actions/upload-artifact@'),
    );
    const [download] = stepsOf('deploy.yml').filter(({ uses }) =>
      uses?.startsWith('actions/download-artifact@'),
    );
    expect(upload?.with).toMatchObject({ name: 'sam-build', path: '.aws-sam/build' });
    expect(download?.with).toEqual({ name: 'sam-build', path: '.aws-sam/build' });
    expect(commandsOf('deploy.yml').join('\n')).not.toMatch(/sam build|npm/);
  });

  it('deploys as a role that GitHub vouches for, in the environment of the stage', () => {
    expect(workflow('deploy.yml').jobs['deploy']?.environment).toBe(`\${{ inputs.stage }}`);
    const credentials = stepsOf('deploy.yml').find(({ uses }) =>
      uses?.startsWith('aws-actions/configure-aws-credentials@'),
    );
    expect(credentials?.with).toEqual({
      'role-to-assume': `\${{ vars.DEPLOY_ROLE_ARN }}`,
      'aws-region': `\${{ vars.AWS_REGION }}`,
    });
    expect(commandsOf('deploy.yml').at(-1)).toBe('sam deploy --config-env "$STAGE" --no-confirm-changeset');
  });

  it('runs scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    const commands = [readFileSync('.ci/run', 'utf8'), ...FILES.flatMap(commandsOf)].join('\n');
    const run = [...commands.matchAll(/npm (?:run ([a-z:-]+)|(test))/g)].map(
      ([, script, test]) => script ?? test,
    );
    expect(run).toEqual(expect.arrayContaining(['check', 'test', 'build']));
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(run));
  });
});

function commandsOf(file: string): string[] {
  return stepsOf(file).flatMap(({ run = [] }) => run);
}
