// masto.js, the client behind Elk and Phanpy, unchanged: two colleagues and their streams over WebSocket.
// Run by test_masto_js.py with URL, ADA and BO (access tokens) in the environment.

import assert from "node:assert/strict";

import { createRestAPIClient, createStreamingAPIClient } from "masto";

const { URL: url, ADA, BO } = process.env;
const [ada, bo] = [ADA, BO].map((accessToken) => createRestAPIClient({ url, accessToken, timeout: 10_000 }));
const instance = await ada.v2.instance.fetch();
const streaming = createStreamingAPIClient({
  streamingApiUrl: instance.configuration.urls.streaming,
  accessToken: BO,
  implementation: WebSocket,
});

const done = [];
const story = async (name, tell) => {
  await tell();
  done.push(name);
};

/** The first event of this name that fits. */
async function heard(subscription, name, fits = () => true) {
  for await (const event of subscription) if (event.event === name && fits(event.payload)) return event;
}

const me = { ada: await ada.v1.accounts.verifyCredentials(), bo: await bo.v1.accounts.verifyCredentials() };

await story("people", async () => {
  const relation = await bo.v1.accounts.$select(me.ada.id).follow({ reblogs: true, notify: true });
  assert.equal(relation.following, true);
  await ada.v1.accounts.$select(me.bo.id).follow();
  assert.equal((await bo.v1.accounts.$select(me.ada.id).note.create({ comment: "knows engines" })).note, "knows engines");
  const [again] = await bo.v1.accounts.relationships.fetch({ id: [me.ada.id] });
  assert.deepEqual([again.note, again.notifying], ["knows engines", true]);
  assert.equal((await bo.v1.accounts.lookup({ acct: "ada" })).id, me.ada.id);
  assert.equal((await bo.v1.accounts.search.list({ q: "ada" }))[0].id, me.ada.id);
  assert.ok(Array.isArray(await bo.v1.accounts.familiarFollowers.fetch({ id: [me.ada.id] })));
  assert.ok(Array.isArray(await bo.v2.suggestions.list()));
});

await story("streams", async () => {
  const [home, everybody, tag, notifications] = [
    streaming.user.subscribe(),
    streaming.public.local.subscribe(),
    streaming.hashtag.subscribe({ tag: "wheel" }),
    streaming.user.notification.subscribe(),
  ];
  await streaming.prepare?.();
  await new Promise((resolve) => setTimeout(resolve, 700)); // the subscriptions have to arrive first
  const waiting = Promise.all([
    heard(home, "update"),
    heard(everybody, "update"),
    heard(tag, "update"),
    heard(notifications, "notification", (n) => n.type === "mention"),
  ]);
  const post = await ada.v1.statuses.create({ status: "@bo see the #wheel turn", language: "en" });
  const [atHome, forAll, tagged, told] = await waiting;
  assert.deepEqual([atHome, forAll, tagged].map((e) => e.payload.id), [post.id, post.id, post.id]);
  assert.deepEqual(tagged.stream, ["hashtag", "wheel"]);
  assert.equal(told.payload.status.id, post.id);

  const changes = Promise.all([heard(home, "status.update"), heard(everybody, "delete")]);
  await ada.v1.statuses.$select(post.id).update({ status: "@bo see the #wheel turn faster" });
  const other = await ada.v1.statuses.create({ status: "a slip" });
  await ada.v1.statuses.$select(other.id).remove();
  const [changed, gone] = await changes;
  assert.match(changed.payload.content, /faster/);
  assert.equal(gone.payload, other.id);
  for (const subscription of [home, everybody, tag, notifications]) subscription.unsubscribe();
});

await story("pictures", async () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg==",
    "base64",
  );
  const media = await ada.v2.media.create({ file: new Blob([png], { type: "image/png" }), description: "Four dots" });
  const post = await ada.v1.statuses.create({ status: "Dots", mediaIds: [media.id], sensitive: true });
  assert.equal(post.mediaAttachments[0].description, "Four dots");
  const picture = await fetch(post.mediaAttachments[0].url); // as an app shows it: without a token
  assert.equal(picture.status, 200);
  assert.equal((await bo.v1.accounts.$select(me.ada.id).statuses.list({ onlyMedia: true }))[0].id, post.id);
});

await story("polls", async () => {
  const asked = await ada.v1.statuses.create({
    status: "Lunch?",
    poll: { options: ["soup", "fish"], expiresIn: 3600, hideTotals: true },
  });
  const voted = await bo.v1.polls.$select(asked.poll.id).votes.create({ choices: [1] });
  assert.deepEqual([voted.ownVotes, voted.votesCount, voted.options[1].votesCount], [[1], 1, null]);
});

await story("later", async () => {
  const scheduledAt = new Date(Date.now() + 3_600_000).toISOString();
  const waiting = await ada.v1.statuses.create({ status: "In an hour", scheduledAt });
  assert.equal((await ada.v1.scheduledStatuses.list())[0].id, waiting.id);
  await ada.v1.scheduledStatuses.$select(waiting.id).update({
    scheduledAt: new Date(Date.now() + 7_200_000).toISOString(),
  });
  await ada.v1.scheduledStatuses.$select(waiting.id).remove();
  assert.deepEqual(await ada.v1.scheduledStatuses.list(), []);
});

await story("quotes", async () => {
  const post = await ada.v1.statuses.create({ status: "Worth quoting" });
  const quoting = await bo.v1.statuses.create({ status: "Indeed", quotedStatusId: post.id });
  assert.equal(quoting.quote.quotedStatus.id, post.id);
  const revoked = await ada.v1.statuses.$select(post.id).quotes.$select(quoting.id).revoke();
  assert.equal(revoked.quote.state, "revoked");
});

await story("lists", async () => {
  const list = await bo.v1.lists.create({ title: "Engines", repliesPolicy: "list" });
  await bo.v1.lists.$select(list.id).accounts.create({ accountIds: [me.ada.id] });
  assert.equal((await bo.v1.timelines.list.$select(list.id).list({ limit: 1 })).length, 1);
  assert.equal((await bo.v1.accounts.$select(me.ada.id).lists.list())[0].id, list.id);
  await bo.v1.lists.$select(list.id).accounts.remove({ accountIds: [me.ada.id] });
  await bo.v1.lists.$select(list.id).remove();
});

await story("filters", async () => {
  const filter = await bo.v2.filters.create({
    title: "No dots",
    context: ["home"],
    filterAction: "warn",
    keywordsAttributes: [{ keyword: "dots", wholeWord: true }],
  });
  const home = await bo.v1.timelines.home.list();
  const dots = home.find((status) => status.content.includes("Dots"));
  assert.deepEqual(dots.filtered[0].keywordMatches, ["dots"]);
  await bo.v2.filters.$select(filter.id).remove();
});

await story("notifications", async () => {
  const listed = await bo.v1.notifications.list();
  assert.ok(listed.some((n) => n.type === "mention"));
  const grouped = await bo.v2.notifications.list();
  assert.ok(grouped.notificationGroups.length > 0);
  assert.ok((await bo.v2.notifications.unreadCount.fetch()).count > 0);
  const policy = await bo.v2.notifications.policy.update({ forNewAccounts: "filter" });
  assert.equal(policy.forNewAccounts, "filter");
  await bo.v1.notifications.$select(listed[0].id).dismiss();
  await bo.v1.notifications.clear();
  assert.deepEqual(await bo.v1.notifications.list(), []);
});

await story("conversations", async () => {
  const post = await ada.v1.statuses.create({ status: "@bo between us", visibility: "direct" });
  const [conversation] = await bo.v1.conversations.list();
  assert.deepEqual([conversation.unread, conversation.lastStatus.id], [true, post.id]);
  assert.equal((await bo.v1.conversations.$select(conversation.id).read()).unread, false);
});

await story("search", async () => {
  const found = await bo.v2.search.list({ q: "wheel from:ada", type: "statuses" });
  assert.equal(found.statuses.length, 1);
});

await story("paging", async () => {
  for (let i = 0; i < 5; i++) await ada.v1.statuses.create({ status: `page ${i}` });
  const seen = [];
  for await (const page of bo.v1.timelines.home.list({ limit: 2 })) {
    seen.push(...page.map((status) => status.id));
    if (seen.length > 20) break;
  }
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(seen.length >= 8);
});

await story("the rest", async () => {
  assert.ok(Array.isArray(await bo.v1.trends.tags.list()));
  assert.ok(Array.isArray(await bo.v1.announcements.list()));
  assert.ok(Array.isArray(await bo.v1.customEmojis.list()));
  assert.equal((await bo.v1.preferences.fetch())["posting:default:visibility"], "public");
  assert.ok(await bo.v1.markers.create({ home: { lastReadId: "1" } }));
  const report = await bo.v1.reports.create({ accountId: me.ada.id, comment: "too many wheels" });
  assert.equal(report.actionTaken, false);
});

console.log(JSON.stringify(done));
streaming.close?.();
process.exit(0);
