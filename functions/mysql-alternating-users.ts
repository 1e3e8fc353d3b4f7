import { rotationHandler } from '@rotation/core';
import { mysql } from './engines/mysql/index.ts';
import { alternatingUsers } from './strategies/alternating-users.ts';

export const handler = rotationHandler(alternatingUsers(mysql));
