package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static io.tapmeta.proxy.http.GuestChannel.body;
import static io.tapmeta.proxy.http.GuestChannel.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.document.Instances;
import io.tapmeta.proxy.gate.Account.Rules;
import io.tapmeta.resolver.instance.Budget;
import io.tapmeta.resolver.instance.Policy;
import io.tapmeta.resolver.instance.Policy.Subject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a VM may not ask, it is not told, however it asks. */
@ExtendWith(NoLeaks.class)
class PolicyTest {
  private static final String OPENSTACK = "/openstack/latest/meta_data.json";
  private static final String EC2 = "/latest/meta-data/instance-id";
  private static final String NOCLOUD = "/nocloud/meta-data";
  private static final String PASSWORD = "/openstack/latest/password";

  @TempDir Path temp;
  private GuestNode node;

  @AfterEach
  void end() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/openstack", OPENSTACK, EC2, "/1.0/meta-data/", NOCLOUD, "/nothing"})
  void withoutAnEndpointEverythingIsForbidden(String path) {
    GuestChannel guest = guest("\"endpoint\": false");
    assertThat(status(guest.get(path))).isEqualTo(403);
    assertThat(guest.isOpen()).isTrue();
    assertThat(status(guest.send("PUT /latest/api/token HTTP/1.1\r\n" + HOST + "\r\n")))
        .isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "openstack, 403, 200, 200, 404",
    "ec2, 200, 403, 200, 404",
    "nocloud, 200, 200, 403, 404",
    "other, 200, 200, 200, 403"
  })
  void aTreeThatIsDeniedIsForbiddenAndTheOthersAreNot(
      String denied, int openstack, int ec2, int nocloud, int other) {
    GuestChannel guest = guest("\"deny\": [\"" + denied + "\"]");
    assertThat(status(guest.get(OPENSTACK))).isEqualTo(openstack);
    assertThat(status(guest.get(EC2))).isEqualTo(ec2);
    assertThat(status(guest.get(NOCLOUD))).isEqualTo(nocloud);
    assertThat(status(guest.get("/no/such/tree"))).isEqualTo(other);
  }

  /** P4: no spelling and no version gets around it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/latest/meta-data/instance-id",
        "/latest/meta-data/instance-id/",
        "/1.0/meta-data/instance-id",
        "/2009-04-04/meta-data/instance-id",
        "//latest//meta-data/./instance-id",
        "/openstack/../latest/meta-data/instance-id",
        "/%6catest/meta%2Ddata/instance-id",
        "http://169.254.169.254/latest/meta-data/instance-id",
        "/latest/meta-data/instance-id?x=/openstack"
      })
  void everySpellingOfADeniedPathIsForbidden(String path) {
    assertThat(status(guest("\"deny\": [\"ec2\"]").get(path))).isEqualTo(403);
  }

  @Test
  void aPasswordThatMayNotBeSetCanStillBeRead() {
    GuestChannel guest = guest("\"deny\": [\"password_writes\"]");
    assertThat(status(guest.get(PASSWORD))).isEqualTo(200);
    for (String method : List.of("POST", "PUT")) {
      String write = method + " " + PASSWORD + " HTTP/1.1\r\n" + HOST;
      assertThat(status(guest.send(write + "Content-Length: 2\r\n\r\nab"))).isEqualTo(403);
    }
    assertThat(body(guest.get(PASSWORD))).isEmpty();
  }

  /** I8: the same bytes but for the date. */
  @Test
  void withUniformErrorsAllThatIsRefusedLooksTheSame() {
    GuestChannel guest = guest("\"deny\": [\"ec2\"], \"uniform_errors\": true");
    String unknown = undated(guest.get("/no/such/path"));
    assertThat(undated(guest.get(EC2))).isEqualTo(unknown);
    GuestChannel stranger = node.guest(node.plug(), "fa:16:3e:ff:ff:ff");
    assertThat(undated(stranger.get(EC2))).isEqualTo(unknown);
    node.publish(policy("\"endpoint\": false, \"uniform_errors\": true"));
    assertThat(undated(guest.get(OPENSTACK))).isEqualTo(unknown);
    assertThat(undated(guest.send("PUT /latest/api/token HTTP/1.1\r\n" + HOST + "\r\n")))
        .isEqualTo(unknown);
    assertThat(node.count("tapmeta.requests", "api", "ec2", "outcome", "denied_hidden")).isOne();
    assertThat(node.count("tapmeta.requests", "api", "openstack", "outcome", "endpoint_hidden"))
        .isOne();
  }

  @Test
  void theNodesPolicyHoldsWhereTheRecordSaysNothingElse() {
    node(
        new Policy(
            Optional.of(false),
            Optional.of(Set.of(Subject.EC2)),
            Optional.of(true),
            Optional.of(Policy.Tokens.OFF),
            Optional.empty(),
            Optional.empty()));
    node.publish(Instances.with("\"name\": \"x\""));
    GuestChannel guest = node.guest();
    assertThat(status(guest.get(OPENSTACK))).isEqualTo(404);
    node.publish(policy("\"endpoint\": true"));
    assertThat(status(guest.get(OPENSTACK))).isEqualTo(200);
    assertThat(status(guest.get(EC2))).isEqualTo(404);
    node.publish(policy("\"endpoint\": true, \"deny\": [], \"uniform_errors\": false"));
    assertThat(status(guest.get(EC2))).isEqualTo(200);
  }

  private GuestChannel guest(String policy) {
    node(Policy.OPEN);
    node.publish(policy(policy));
    return node.guest();
  }

  private void node(Policy policy) {
    GuestSettings open = GuestNode.settings(GuestNode.HOLD, GuestNode.LIMITS);
    node =
        new GuestNode(
            temp,
            new GuestSettings(
                open.holdNanos(),
                open.limits(),
                open.hosts(),
                new Rules(Budget.UNLIMITED, policy),
                Integer.MAX_VALUE),
            Duration.ofHours(1));
  }

  private static io.tapmeta.resolver.instance.Instance policy(String members) {
    return Instances.with("\"name\": \"x\", \"policy\": {" + members + "}");
  }

  private static String undated(String responses) {
    return responses.replaceAll("\r\nDate: [^\r]*\r\n", "\r\nDate: -\r\n");
  }

  /** The second guest of a node is at 10.0.0.6, behind the very MAC. */
  @Test
  void whereSourcesAreCheckedOnlyTheFixedIpIsAnswered() {
    node = GuestNode.serving(temp);
    node.publish(
        Instances.read(
            Instances.FULL.replaceFirst("\\{", "{\"policy\": {\"check_source\": true},")));
    GuestChannel fixed = node.guest();
    GuestChannel forwarded = node.guest();
    assertThat(status(fixed.get(OPENSTACK))).isEqualTo(200);
    assertThat(status(forwarded.get(OPENSTACK))).isEqualTo(404);
    assertThat(node.count("tapmeta.identity.refused", "reason", "source_address")).isOne();
    node.publish(Instances.full());
    assertThat(status(forwarded.get(OPENSTACK))).isEqualTo(200);
  }
}
