import { RDSClient } from '@aws-sdk/client-rds';
import { mockClient } from 'aws-sdk-client-mock';

/** Stands in for every RDS client, the one that the layer loads too. */
export const rdsApi = mockClient(RDSClient);
