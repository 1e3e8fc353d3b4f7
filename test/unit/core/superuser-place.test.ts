import { describe, expect, it } from 'vitest';
import {
  ownerByHost,
  ownerByTags,
  superuserPlace,
} from '../../../layers/rotation-core/src/superuser-place.ts';
import { thrownBy } from '../support/canaries.ts';

const place = (host: string, port = 5432) => ({ host, port });
const DATABASE = {
  engine: 'aurora-postgresql',
  writers: [place('writer.example'), place('two.example')],
  readers: [place('reader.example'), place('one.example', 5433)],
};

describe('the superuser logs in', () => {
  it.each([
    ['at the writer, for a user of the writer', 'writer.example', 5432, undefined, 'writer.example'],
    ['at the writer, for a user of the instance behind it', 'two.example', 5432, undefined, 'writer.example'],
    ['at the writer, for a user of a reader', 'reader.example', 5432, undefined, 'writer.example'],
    ['whatever the case of names', 'READER.example', 5432, undefined, 'writer.example'],
    ['at the writer, for a user of a replica', 'one.example', 5433, undefined, 'writer.example'],
    ['where its secret says, if changes are made there', 'one.example', 5433, 'two.example', 'two.example'],
  ])('%s', (_case, host, port, named, expected) => {
    expect(superuserPlace(place(host, port), named ? place(named) : undefined, DATABASE)).toEqual(
      place(expected),
    );
  });

  it.each([
    [
      'for a user of another server',
      place('evil.example'),
      undefined,
      'it is for writer.example:5432, and evil.example:5432 of the secret is no replica of that',
    ],
    [
      'for a user of another server behind a replica’s name',
      place('one.example', 5432),
      undefined,
      'it is for writer.example:5432, and one.example:5432 of the secret is no replica of that',
    ],
    [
      'at a reader, though its secret says so',
      place('reader.example'),
      place('one.example', 5433),
      'its one.example:5433 is not where its database takes changes, which is writer.example:5432',
    ],
  ])('not %s', async (_case, user, named, problem) => {
    const failure = await thrownBy(() => superuserPlace(user, named, DATABASE));
    expect(failure.name).toBe('SuperuserSecretRefused');
    expect(failure.message).toContain(problem);
    expect(failure.message).toContain('Use the superuser secret of the database that "host" of the secret');
  });

  it('not where nothing can be changed', async () => {
    const replica = { ...DATABASE, writers: [] };
    const failure = await thrownBy(() => superuserPlace(place('one.example', 5433), undefined, replica));
    expect(failure.message).toContain('its database is a replica, which takes no changes');
  });
});

describe('the database of a superuser secret', () => {
  it.each([
    ['an instance', { 'aws:rds:primaryDBInstanceArn': 'arn:db' }, { kind: 'instance', id: 'arn:db' }],
    ['a cluster', { 'aws:rds:primaryDBClusterArn': 'arn:cluster' }, { kind: 'cluster', id: 'arn:cluster' }],
    [
      'the same in small letters',
      { 'aws:rds:primarydbclusterarn': 'arn:c' },
      { kind: 'cluster', id: 'arn:c' },
    ],
    ['none that RDS knows', { team: 'orders', 'rds:primaryDBClusterArn': 'arn:c' }, undefined],
  ])('is %s, by its tags', (_case, tags, expected) => {
    expect(ownerByTags(new Map(Object.entries(tags)))).toEqual(expected);
  });

  it.each([
    ['orders.c1a2b3.eu-west-1.rds.amazonaws.com', { kind: 'instance', id: 'orders' }],
    ['orders.c1a2b3.rds.cn-north-1.amazonaws.com.cn', { kind: 'instance', id: 'orders' }],
    ['orders.cluster-ro-c1a2b3.rds.cn-north-1.amazonaws.com.cn', { kind: 'cluster', id: 'orders' }],
    ['orders.cluster-c1a2b3.eu-west-1.rds.amazonaws.com', { kind: 'cluster', id: 'orders' }],
    ['orders.cluster-ro-c1a2b3.eu-west-1.rds.amazonaws.com', { kind: 'cluster', id: 'orders' }],
    ['Orders-2.CLUSTER-c1a2b3.eu-west-1.RDS.amazonaws.com', { kind: 'cluster', id: 'Orders-2' }],
    // Named by its endpoint and not by its cluster.
    ['reports.cluster-custom-c1a2b3.eu-west-1.rds.amazonaws.com', undefined],
    ['orders.proxy-c1a2b3.eu-west-1.rds.amazonaws.com', undefined],
    ['db.example.com', undefined],
    ['10.0.0.1', undefined],
    ['rds.example.com', undefined],
  ])('is told by the host %s', (host, expected) => {
    expect(ownerByHost(host)).toEqual(expected);
  });
});
