package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapmeta.proxy.audit.AuditLog;
import io.tapmeta.proxy.audit.AuditMetrics;
import io.tapmeta.proxy.config.Audit;
import io.tapmeta.proxy.config.Audit.Target;
import io.tapmeta.proxy.document.Instances;
import io.tapmeta.proxy.gate.Account.Rules;
import io.tapmeta.resolver.instance.Budget;
import io.tapmeta.resolver.instance.Policy;
import io.tapmeta.resolver.instance.Policy.Subject;
import io.tapmeta.resolver.instance.Policy.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which requests the audit log has, and what of them. */
@ExtendWith(NoLeaks.class)
class AuditTest {
  private static final String DOCUMENT = "/openstack/latest/meta_data.json";
  private static final String SECRET = "c0rrect-horse";

  @TempDir Path temp;
  private AuditLog log;
  private GuestNode node;

  @AfterEach
  void end() {
    node.close();
    log.close();
  }

  @Test
  void aDeniedRequestIsNamedByItsVmAndItsClass() throws IOException {
    start(0, 100, denying(Subject.EC2));
    node.guest().get("/latest/meta-data/" + SECRET + "?" + SECRET);
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("\"instance\":\"" + Instances.full().uuid() + "\"")
        .contains("\"attachment\":\"" + Instances.TAP + "\"")
        .contains("\"mac\":\"" + Instances.MAC + "\"")
        .contains("\"source\":\"10.0.0.5\",\"method\":\"GET\",\"path\":\"ec2/unlisted\"")
        .contains("\"denied\":true,\"outcome\":\"denied\",\"status\":403,\"token\":\"off\"")
        .doesNotContain(SECRET);
  }

  /** Whatever comes in, none of its text gets there. */
  @Test
  void nothingThatAGuestWroteIsInIt() throws IOException {
    start(1, 100, requiring());
    node.guest().send("GET /" + SECRET + " HTTP/1.1\r\nHost: " + SECRET + "\r\n\r\n");
    node.guest().send("GET /a HTTP/1.1\r\n" + HOST + "X-Metadata-Token: " + SECRET + "\r\n\r\n");
    node.guest().send(SECRET + "\u001b[2J\u0000 / HTTP/1.1\r\n\r\n");
    node.guest()
        .send(
            "POST /openstack/latest/password HTTP/1.1\r\n"
                + HOST
                + "Content-Length: 13\r\n\r\n"
                + SECRET);
    assertThat(lines()).hasSizeGreaterThanOrEqualTo(3).noneMatch(line -> line.contains(SECRET));
  }

  @Test
  void aTokenIsToldOfByItsStateAlone() throws IOException {
    start(1, 100, requiring());
    GuestChannel guest = node.guest();
    guest.get(DOCUMENT);
    String token =
        GuestChannel.body(
            guest.send(
                "PUT /latest/api/token HTTP/1.1\r\n"
                    + HOST
                    + "X-Metadata-Token-Ttl-Seconds: 60\r\n\r\n"));
    guest.send("GET " + DOCUMENT + " HTTP/1.1\r\n" + HOST + "X-Metadata-Token: no\r\n\r\n");
    guest.send(
        "GET " + DOCUMENT + " HTTP/1.1\r\n" + HOST + "X-Metadata-Token: " + token + "\r\n\r\n");
    List<String> lines = lines();
    assertThat(lines).hasSize(4).noneMatch(line -> line.contains(token));
    assertThat(lines.get(0)).contains("token_missing\",\"status\":401,\"token\":\"absent\"");
    assertThat(lines.get(1)).contains("\"method\":\"PUT\"").contains("\"outcome\":\"served\"");
    assertThat(lines.get(2)).contains("token_invalid\",\"status\":401,\"token\":\"invalid\"");
    assertThat(lines.get(3)).contains("served\",\"status\":200,\"token\":\"valid\"");
  }

  @Test
  void whatIsAnsweredOrDoesNotExistIsLeftOutUnlessAsked() throws IOException {
    start(0, 100, Policy.OPEN);
    node.guest().get(DOCUMENT);
    node.guest().get("/no/such/path");
    node.guest().send("PUT /latest/api/token HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(lines()).isEmpty();
  }

  @Test
  void whatIsAnsweredOrDoesNotExistIsThereWhereAsked() throws IOException {
    start(1, 100, Policy.OPEN);
    node.guest().get(DOCUMENT);
    node.guest().get("/no/such/path");
    List<String> lines = lines();
    assertThat(lines.get(0)).contains("\"denied\":false,\"outcome\":\"served\",\"status\":200");
    assertThat(lines.get(1)).contains("\"denied\":false,\"outcome\":\"unknown_path\"");
  }

  @Test
  void whatIsNoHttpIsTheVmsAllTheSame() throws IOException {
    start(0, 100, Policy.OPEN);
    node.guest().send("\u0016\u0003\u0001\r\n\r\n");
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("\"instance\":\"" + Instances.full().uuid() + "\"")
        .contains("\"outcome\":\"malformed\",\"status\":400}")
        .doesNotContain("\"method\"")
        .doesNotContain("\"path\"");
  }

  @Test
  void aSenderThatNoRecordClaimsHasNoInstance() throws IOException {
    start(0, 100, Policy.OPEN);
    node.guest(node.plug(), "fa:16:3e:ff:ff:ff").get(DOCUMENT);
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("\"mac\":\"fa:16:3e:ff:ff:ff\"")
        .contains("\"outcome\":\"unknown_instance\"")
        .doesNotContain("\"instance\"");
  }

  @Test
  void aFloodIsFewLinesAndTheCountOfTheRest() throws IOException {
    start(0, 3, denying(Subject.EC2));
    GuestChannel guest = node.guest();
    for (int i = 0; i < 50; i++) {
      guest.get("/latest/meta-data/");
    }
    node.loop().auditor().sweep(System.nanoTime());
    node.guest(node.plug(), "fa:16:3e:ff:ff:ff").get(DOCUMENT);
    // As the loop does, time and again.
    node.loop().auditor().sweep(System.nanoTime() + Duration.ofSeconds(10).toNanos());
    List<String> lines = lines();
    assertThat(lines).hasSize(5);
    assertThat(lines.subList(0, 3)).noneMatch(line -> line.contains("suppressed"));
    assertThat(lines.get(3)).as("another VM's").contains("unknown_instance");
    assertThat(lines.get(4)).contains("\"outcome\":\"denied\"").contains("\"suppressed\":46}");
  }

  @Test
  void theNextLineTellsOfThoseLeftOutBefore() throws IOException {
    // A line every 200 ms at most: what is left out depends on the pace of the test, its sum not.
    start(0, 1, denying(Subject.EC2));
    GuestChannel guest = node.guest();
    long end = System.nanoTime() + Duration.ofMillis(500).toNanos();
    int asked = 0;
    while (System.nanoTime() - end < 0) {
      guest.get("/latest/meta-data/");
      asked++;
    }
    node.loop().auditor().sweep(System.nanoTime() + Duration.ofSeconds(10).toNanos());
    List<String> lines = lines();
    long told = 0;
    for (String line : lines) {
      told += 1;
      if (line.contains("suppressed")) {
        told += Long.parseLong(line.replaceAll(".*\"suppressed\":(\\d+)}", "$1"));
      }
    }
    assertThat(told).isEqualTo(asked);
    assertThat(lines).hasSizeBetween(2, 6);
  }

  private void start(double allowed, int burst, Policy policy) throws IOException {
    log =
        new AuditLog(
            new Audit(Target.of(temp.resolve("audit.log")), allowed, 5, burst),
            new AuditMetrics(new SimpleMeterRegistry()));
    log.start();
    GuestSettings open = GuestNode.settings(GuestNode.HOLD, GuestNode.LIMITS);
    GuestSettings settings =
        new GuestSettings(
            open.holdNanos(),
            open.limits(),
            open.hosts(),
            new Rules(Budget.UNLIMITED, Policy.OPEN.with(policy)),
            Integer.MAX_VALUE);
    node = new GuestNode(temp, settings, Duration.ofHours(1), Optional.of(log));
    node.publish(Instances.full());
  }

  /** All lines so far; there are no more after that. */
  private List<String> lines() throws IOException {
    log.close();
    return Files.readAllLines(temp.resolve("audit.log"));
  }

  private static Policy denying(Subject subject) {
    return new Policy(
        Optional.empty(),
        Optional.of(Set.of(subject)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Policy requiring() {
    return new Policy(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Tokens.REQUIRED),
        Optional.empty(),
        Optional.empty());
  }
}
