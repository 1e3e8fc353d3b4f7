import type { Deviations } from './subject.ts';

const UNCHECKED = 'moto does not check this parameter';
const STATUS_404 = 'moto answers 404 where something was not found';
const HTML_500 = 'moto fails with status 500 and a page of HTML';

/** Where moto 5.2.5 differs from what AWS documents, or from what was recorded from AWS. */
export const MOTO_DEVIATIONS: Deviations = {
  'CreateSecret refuses a name with other characters than AWS allows': UNCHECKED,
  'GetSecretValue names the label that is on no version': 'moto says that the secret is not there',
  'DescribeSecret tells the day of the last reading': 'moto always answers null',

  'PutSecretValue of another value for an AWSPENDING version that has one is refused':
    'moto overwrites the value of a version that is AWSPENDING',
  'PutSecretValue that moves AWSCURRENT leaves the other labels of the old version alone':
    'moto takes all labels from the version that was AWSCURRENT',
  'a value that a person stores during a rotation takes AWSPENDING away': 'moto leaves AWSPENDING',
  'AWSPREVIOUS goes to the old version also when the call puts it on the new one': 'moto puts it on both',
  'PutSecretValue refuses 65,537 bytes': UNCHECKED,
  'PutSecretValue counts bytes, not characters': UNCHECKED,
  'PutSecretValue with both kinds of value is refused': 'moto stores both',
  'no error repeats the value': 'moto accepts the value that is too long, and so answers no error',
  'a secret takes 20 labels, and no more': 'moto knows no quotas',

  'a label of one’s own that is elsewhere moves only with RemoveFromVersionId':
    'moto puts the label on the second version too',
  'AWSCURRENT cannot be removed': 'moto leaves the secret without AWSCURRENT',
  'a label put where it already is needs no RemoveFromVersionId': 'moto puts it there twice',
  'a label put where it already is stays there, once': 'moto takes AWSPREVIOUS from its version',
  'a move needs a version to go to or to come from': 'moto does nothing, and succeeds',
  'the first AWSCURRENT of a secret needs no RemoveFromVersionId': HTML_500,

  'ListSecretVersionIds lists the versions with labels': 'moto lists deprecated versions always',
  'ListSecretVersionIds lists deprecated versions when asked, without labels':
    'moto answers an empty list of labels',
  'ListSecretVersionIds names the secret': 'moto answers the id of the request as the ARN',
  'a deprecated version is not among those that DescribeSecret lists': 'moto lists it, with no labels',
  'ListSecretVersionIds answers in pages': 'moto answers everything at once',
  'ListSecretVersionIds refuses a token that it did not give': UNCHECKED,
  'ListSecrets refuses a token that it did not give': HTML_500,

  'AWSCURRENT is read as before while a rotation is pending':
    'without a label moto reads the version that RotateSecret registered, and finds no value',
  'RotateSecret without rules turns rotation on': 'moto turns it on for AutomaticallyAfterDays alone',
  'RotateSecret keeps a schedule expression': 'moto keeps AutomaticallyAfterDays alone',
  'RotateSecret refuses a number of days together with an expression': UNCHECKED,
  'RotateSecret is refused while AWSPENDING is on another version than AWSCURRENT':
    'moto has it the wrong way round, and accepts it',
  'RotateSecret is accepted while AWSPENDING is on AWSCURRENT, and takes it from there':
    'moto has it the wrong way round, and refuses it',
  'RotateSecret without a function, and none configured, is refused':
    'moto makes an AWSCURRENT version without a value',
  'RotateSecret uses the function that is configured': 'moto forgets it',
  'RotateSecret registers a version for a secret that has none': HTML_500,

  'a single character will do when no type is required': 'moto wants four characters always',
  'a length of 4097 is refused': 'moto answers InvalidParameterValue, which the API does not have',
  'a password of no character at all is refused': HTML_500,

  'a secret that is scheduled for deletion takes no value and no label': 'moto accepts both',
  'the name of a secret that is scheduled for deletion is taken':
    'moto says so with ResourceExistsException (InvalidRequestException was recorded from AWS)',

  'an error has status 400, its name in __type, and a message': STATUS_404,
  'an operation that does not exist is an UnknownOperationException': HTML_500,
  'what is no JSON is a SerializationException': HTML_500,
  'a parameter of the wrong type is a SerializationException': HTML_500,
  'a required parameter that is missing is a ValidationException': HTML_500,
  'PutSecretValue without a token is refused: only the SDKs make one up': 'moto makes one up',
};
