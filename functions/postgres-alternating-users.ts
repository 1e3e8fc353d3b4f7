import { rotationHandler } from '@rotation/core';
import { postgres } from './engines/postgres/index.ts';
import { alternatingUsers } from './strategies/alternating-users.ts';

export const handler = rotationHandler(alternatingUsers(postgres));
