import { rotationHandler } from '@rotation/core';
import { mysql } from './engines/mysql/index.ts';
import { singleUser } from './strategies/single-user.ts';

export const handler = rotationHandler(singleUser(mysql));
