/*
 * The SDK looks for credentials in a dozen places: profiles, single sign-on, a process to run, the metadata of an EC2 instance.
 * Lambda gives a function those of its role in the environment, where the SDK looks first, and so do `sam local invoke` and
 * whoever runs a function without Lambda.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
