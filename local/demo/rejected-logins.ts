import type { Observation } from './observation.ts';

/** The rejected logins in the server's log, and who made how many of them. */
export interface RejectedLogins {
  readonly byServer: number;
  readonly ofClient: number;
  /** Made on purpose after a rotation, to see that the old password is rejected. */
  readonly ofChecks: number;
  /** What is left. Negative when the server's log lacks some that were seen. */
  readonly ofRotation: number;
}

export function rejectedLogins({ rejectedByServer, client, rotations }: Observation): RejectedLogins {
  const results = rotations.flatMap(({ currentLogin, previousLogin }) => [currentLogin, previousLogin]);
  const ofClient = client.failures.filter(({ kind }) => kind === 'rejected').length;
  const ofChecks = results.filter(({ kind }) => kind === 'rejected').length;
  return {
    byServer: rejectedByServer,
    ofClient,
    ofChecks,
    ofRotation: rejectedByServer - ofClient - ofChecks,
  };
}
