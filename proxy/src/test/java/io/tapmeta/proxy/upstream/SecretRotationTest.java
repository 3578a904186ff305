package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several secrets at once, while backends change from one to the next. */
@Timeout(60)
class SecretRotationTest {
  @TempDir Path directory;

  @Test
  void aSecretThatChangesIsUsedFromThenOn() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("answer");
        UpstreamDesk desk = plan(backend).open();
        RawGuest guest = desk.guest()) {
      guest.get(ANY);
      assertThat(backend.request().header("X-Instance-ID-Signature"))
          .containsExactly(UpstreamDesk.SIGNATURE);
      UpstreamDesk.write(directory.resolve("secret-0"), "other\n");
      String expected = SharedSecret.of("other").sign(UpstreamDesk.UUID);
      await()
          .until(
              () -> {
                guest.get(ANY);
                return backend
                    .requests()
                    .getLast()
                    .header("X-Instance-ID-Signature")
                    .contains(expected);
              });
    }
  }

  @Test
  void theSecondSecretIsTriedWhereTheFirstIsRefused() throws Exception {
    String accepted = SharedSecret.of("second").sign(UpstreamDesk.UUID);
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  boolean good =
                      talk.request().header("X-Instance-ID-Signature").contains(accepted);
                  talk.answer(
                      good ? 200 : 403, good ? "welcome" : "Invalid proxy request signature.");
                });
        UpstreamDesk desk = plan(backend).secrets("first", "second").open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("welcome");
      assertThat(backend.requests()).hasSize(2);
      assertThat(backend.connections()).isEqualTo(1);
    }
  }

  /** The signature is looked at before anything is done, so nothing is done twice. */
  @Test
  void whatIsPostedIsSignedWithTheSecondSecretWhereTheFirstIsRefused() throws Exception {
    String accepted = SharedSecret.of("second").sign(UpstreamDesk.UUID);
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  boolean good =
                      talk.request().header("X-Instance-ID-Signature").contains(accepted);
                  talk.answer(good ? 200 : 403, good ? "stored" : "no");
                });
        UpstreamDesk desk = plan(backend).secrets("first", "second").open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.post(UpstreamDesk.PASSWORD, "the body").text()).isEqualTo("stored");
      assertThat(backend.requests())
          .hasSize(2)
          .allSatisfy(
              request ->
                  assertThat(request.body())
                      .isEqualTo("the body".getBytes(StandardCharsets.US_ASCII)));
    }
  }

  @Test
  void eachEndpointIsAskedWithTheSecretThatItBelieves() throws Exception {
    try (MisbehavingBackend before = believing("old");
        MisbehavingBackend after = believing("new");
        UpstreamDesk desk = plan(before, after).secrets("old", "new").open();
        RawGuest guest = desk.guest()) {
      for (int i = 0; i < 10; i++) {
        assertThat(guest.get(ANY).text()).isIn("old", "new");
        assertThat(guest.post(ANY, "x").text()).isIn("old", "new");
      }
      // One question more, by which it is found out which of the two takes the second.
      assertThat(before.requests()).hasSize(10);
      assertThat(after.requests()).hasSize(11);
    }
  }

  @Test
  void theBackendMayTurnToTheFirstSecretAtAnyTime() throws Exception {
    AtomicReference<String> secret = new AtomicReference<>("old");
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  String right = SharedSecret.of(secret.get()).sign(UpstreamDesk.UUID);
                  boolean good = talk.request().header("X-Instance-ID-Signature").contains(right);
                  talk.answer(good ? 200 : 403, "");
                });
        UpstreamDesk desk = plan(backend).secrets("new", "old").open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).status()).isEqualTo(200);
      assertThat(guest.get(ANY).status()).isEqualTo(200);
      assertThat(backend.requests()).hasSize(3);
      secret.set("new");
      assertThat(guest.post(ANY, "x").status()).isEqualTo(200);
      assertThat(guest.get(ANY).status()).isEqualTo(200);
      assertThat(backend.requests()).hasSize(6);
      secret.set("neither");
      assertThat(guest.get(ANY).status()).isEqualTo(403);
    }
  }

  @Test
  void aRefusalOfEverySecretIsPassed() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.of(talk -> talk.answer(403, "no"));
        UpstreamDesk desk = plan(backend).secrets("first", "second", "third").open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).status()).isEqualTo(403);
      assertThat(backend.requests()).hasSize(3);
    }
  }

  /** Answers by the secret that it takes. */
  private static MisbehavingBackend believing(String secret) throws IOException {
    String accepted = SharedSecret.of(secret).sign(UpstreamDesk.UUID);
    return MisbehavingBackend.of(
        talk -> {
          boolean good = talk.request().header("X-Instance-ID-Signature").contains(accepted);
          talk.answer(good ? 200 : 403, good ? secret : "no");
        });
  }

  private UpstreamDesk.Plan plan(MisbehavingBackend... backends) {
    return new UpstreamDesk.Plan(directory, backends);
  }
}
