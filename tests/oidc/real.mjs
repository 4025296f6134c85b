// A certified login provider (npm oidc-provider) on loopback, for one client, whose people log in
// by being named in the address (login_hint=who@level): no page, no password. Told what to be as JSON.
import { Provider } from 'oidc-provider';

const told = JSON.parse(process.argv[2]);
const provider = new Provider(told.issuer, {
  clients: [{
    client_id: told.client,
    client_secret: told.secret,
    redirect_uris: [told.callback],
    post_logout_redirect_uris: [told.home],
    backchannel_logout_uri: told.backchannel,
    backchannel_logout_session_required: true,
    subject_type: 'pairwise',
    id_token_signed_response_alg: told.alg,
    token_endpoint_auth_method: told.auth,
    jwks: told.ours,
  }],
  subjectTypes: ['pairwise'],
  pairwiseIdentifier: (_ctx, account) => `pairwise-of-${account}`,
  acrValues: ['low', 'substantial', 'high'],
  pkce: { required: () => true },
  cookies: { keys: ['not much of a key'] },
  jwks: told.jwks,
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // it would call no loopback address by itself, and ours is one
  fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const { prompt, params, grantId, session } = await provider.interactionDetails(ctx.req, ctx.res);
  if (prompt.name === 'login') {
    const [accountId, acr] = params.login_hint.split('@');
    const login = { accountId, acr };
    return provider.interactionFinished(ctx.req, ctx.res, { login });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid');
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(ctx.req, ctx.res, { consent }, { mergeWithLastSubmission: true });
});

provider.listen(told.port, '127.0.0.1', () => console.log('ready'));
