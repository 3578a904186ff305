package io.tapmeta.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.document.Instances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class QueryCommandTest {
  private static final String HOSTNAME = "/latest/meta-data/hostname";

  @TempDir Path temp;
  private NodeFiles files;

  @BeforeEach
  void write() throws IOException {
    files = new NodeFiles(temp);
    files.record("web", Instances.FULL);
    files.attachment(
        Instances.TAP,
        """
        {"name": "%1$s", "tap": "%1$s", "mode": "netns", "netns": "tapmeta-x", "interface": "md0"}
        """
            .formatted(Instances.TAP));
  }

  @Test
  void theAnswerIsShownAsTheGuestWouldReadIt() throws IOException {
    CommandRun run = query(HOSTNAME);
    assertThat(run.status()).isZero();
    assertThat(undated(run.out()))
        .isEqualTo(
            """
            HTTP/1.1 200 OK\r
            Date: -\r
            Content-Type: text/plain; charset=UTF-8\r
            Content-Length: 15\r
            ETag: -\r
            Connection: close\r
            \r
            web-1.novalocal""");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void asJsonItIsOneObject() throws IOException {
    CommandRun run = query("--json", HOSTNAME);
    assertThat(run.status()).isZero();
    assertThat(undated(run.out()))
        .isEqualTo(
            """
            {"status": 200, "headers": {"Date": "-", "Content-Type": "text/plain; charset=UTF-8", \
            "Content-Length": "15", "ETag": "-", "Connection": "close"}, \
            "body": "web-1.novalocal", "instance": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", \
            "mac": "fa:16:3e:5a:01:37", "why": ""}
            """);
  }

  /** Nobody has sent anything, so there is no source to check. */
  @Test
  void whereSourcesAreCheckedTheAnswerIsTheGuestsOwn() throws IOException {
    files.record(
        "web", Instances.FULL.replaceFirst("\\{", "{\"policy\": {\"check_source\": true},"));
    assertThat(query(HOSTNAME).out()).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @Test
  void headShowsNoBody() throws IOException {
    CommandRun run = query("-X", "HEAD", HOSTNAME);
    assertThat(run.out()).startsWith("HTTP/1.1 200 OK\r\n").contains("Content-Length: 15\r\n");
    assertThat(run.out()).endsWith("\r\n\r\n");
    assertThat(query("-X", "HEAD", "--json", HOSTNAME).out()).contains("\"body\": \"\"");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /latest/meta-data/hostname, 200",
    "PUT, /latest/api/token, 404",
    "POST, /openstack/latest/password, 200",
    "GET, /openstack/latest/password, 200",
    "PUT, /openstack/latest/password, 400",
    "TRACE, /, 405",
    "CONNECT, /, 405"
  })
  void anyMethodMayBeTried(String method, String path, int status) throws IOException {
    CommandRun run = query("-X", method, path);
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("HTTP/1.1 " + status + " ");
    assertThat(run.out().contains("\r\n\r\n")).isTrue();
  }

  @Test
  void headersAreSentAlong() throws IOException {
    String tag = query(HOSTNAME).out().replaceAll("(?s).*ETag: (\"[0-9a-f]*\").*", "$1");
    assertThat(query("-H", "If-None-Match: " + tag, HOSTNAME).out())
        .startsWith("HTTP/1.1 304 Not Modified\r\n");
    assertThat(query("-H", "Host: a", "-H", "X: y", HOSTNAME).out()).startsWith("HTTP/1.1 200 ");
    assertThat(query("-H", "Host: a", "-H", "host: b", HOSTNAME).out()).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void anUnknownPathSaysWhy() throws IOException {
    CommandRun run = query("/no/such/path");
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("HTTP/1.1 404 Not Found\r\n").endsWith("\r\n\r\nNot Found\n");
    assertThat(run.err())
        .isEqualTo(
            "tapmeta: /no/such/path of %s: not there, or not to be had so\n"
                .formatted(temp.resolve("instances").resolve("web.json")));
  }

  @Test
  void whatIsTrueOfTheRequestIsSaidAndNotThatNothingIsThere() throws IOException {
    String malformed =
        "tapmeta: the request is not HTTP, or two readers could read it differently\n";
    assertThat(query("-X", "G T", HOSTNAME).err()).isEqualTo(malformed);
    assertThat(query("-H", "bad", HOSTNAME).err()).isEqualTo(malformed);
    assertThat(query("-X", "TRACE", "/").err())
        .isEqualTo("tapmeta: CONNECT and TRACE are refused to every guest\n");
    Files.createDirectory(temp.resolve("passwords"));
    Files.writeString(temp.resolve("passwords").resolve(Instances.UUID), "secret");
    assertThat(query("-X", "POST", "/openstack/latest/password").err())
        .isEqualTo("tapmeta: its password has been set already, which is done once\n");
  }

  @Test
  void aTapOfSeveralPortsIsToldTheirMacs() throws IOException {
    files.record(
        "second",
        "{\"uuid\": \"%s\", \"ports\": [{\"mac\": \"fa:16:3e:00:00:02\", \"tap\": \"%s\"}]}"
            .formatted(Instances.UUID.replace("5f0c1c1e", "5f0c1c1f"), Instances.TAP));
    CommandRun run = query(HOSTNAME);
    assertThat(run.status()).isEqualTo(69);
    assertThat(run.err())
        .startsWith("tapmeta: --mac: missing (expected: one of ")
        .contains(Instances.MAC, "fa:16:3e:00:00:02")
        .endsWith(", all of ports on %s)\n".formatted(Instances.TAP));
  }

  @Test
  void anUnknownTapNeedsAMacAndThenSaysWhy() throws IOException {
    CommandRun run = run("--tap", "tap-none", HOSTNAME);
    assertThat(run.status()).isEqualTo(69);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "tapmeta: --tap: tap-none: no record has a port on it (expected: a tap of one, or --mac too)\n");
    run = run("--tap", "tap-none", "--mac", Instances.MAC, HOSTNAME);
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("HTTP/1.1 404 ");
    assertThat(run.err())
        .isEqualTo(
            "tapmeta: tap-none is not attached; no record claims tap tap-none, MAC"
                + " fa:16:3e:5a:01:37\n");
  }

  @Test
  void anotherMacOnTheTapIsUnknown() throws IOException {
    CommandRun run = query("--mac", "fa:16:3e:00:00:99", "--json", HOSTNAME);
    assertThat(run.out())
        .startsWith("{\"status\": 404, ")
        .contains(
            "\"instance\": null, \"mac\": \"fa:16:3e:00:00:99\", \"why\": \"no record claims");
  }

  @Test
  void aMacThatTheAttachmentDoesNotLetInIsRefusedAtAccept() throws IOException {
    files.attachment(
        Instances.TAP,
        """
        {"name": "%1$s", "tap": "%1$s", "mode": "shared", "interface": "md0",
         "macs": ["fa:16:3e:00:00:99"]}
        """
            .formatted(Instances.TAP));
    CommandRun run = query(HOSTNAME);
    assertThat(run.status()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "tapmeta: refused at accept: the attachment does not let in fa:16:3e:5a:01:37\n");
    assertThat(query("--json", HOSTNAME).out())
        .startsWith("{\"status\": 0, \"headers\": {}, \"body\": \"\", \"instance\": null, ");
  }

  @Test
  void aConflictSaysSo() throws IOException {
    files.record("twin", Instances.FULL);
    CommandRun run = query("--mac", Instances.MAC, HOSTNAME);
    assertThat(run.out()).startsWith("HTTP/1.1 404 ");
    assertThat(run.err()).startsWith("tapmeta: several records claim tap " + Instances.TAP);
  }

  @Test
  void anIdentityWithoutDocumentsSaysSo() throws IOException {
    files.record(
        "web",
        "{\"uuid\": \"%s\", \"ports\": [{\"mac\": \"%s\", \"tap\": \"%s\"}]}"
            .formatted(Instances.UUID, Instances.MAC, Instances.TAP));
    assertThat(query(HOSTNAME).err()).contains(" has identity only");
  }

  @Test
  void recordsThatCannotBeReadAreStatusSixtyNine() throws IOException {
    Path none = temp.resolve("none");
    Path configuration = files.configuration();
    Files.writeString(
        configuration,
        Files.readString(configuration).replace(temp + "/instances", none.toString()));
    CommandRun run =
        CommandRun.of("query", "--config", configuration.toString(), "--tap", "t", "/");
    assertThat(run.status()).isEqualTo(69);
    assertThat(run.err())
        .isEqualTo(
            "tapmeta: sources.directory: %s: unreadable (expected: a directory of records)\n"
                .formatted(none));
  }

  /** The body that was announced never comes: the guest would be told so after a while. */
  @Test
  void aBodyThatDoesNotComeIsToldAsTheGuestWouldBeTold() throws IOException {
    files.configuration("guest: {limits: {body_timeout: 100ms}}");
    CommandRun run = again("-X", "POST", "-H", "Content-Length: 5", "/openstack/latest/password");
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("HTTP/1.1 408 ");
    assertThat(run.err())
        .isEqualTo(
            "tapmeta: the request's body did not come to its end within guest.limits.body_timeout\n");
  }

  @Test
  void anInterimAnswerIsNotTakenForTheAnswer() throws IOException {
    files.configuration("guest: {limits: {body_timeout: 100ms}}");
    CommandRun run =
        again(
            "--json",
            "-X",
            "POST",
            "-H",
            "Content-Length: 5",
            "-H",
            "Expect: 100-continue",
            "/openstack/latest/password");
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("{\"status\": 408, ");
  }

  @Test
  void binaryDocumentsAreWrittenAsTheyAre() throws IOException {
    files.record("web", Instances.FULL.replace("IyEvYmluL3NoCg==", "w6nDoAA="));
    assertThat(query("/openstack/latest/user_data").out()).endsWith("\r\n\r\néà\0");
  }

  private CommandRun query(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("--tap", Instances.TAP));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  private CommandRun run(String... arguments) throws IOException {
    files.configuration();
    return execute(arguments);
  }

  /** With the configuration as it was left. */
  private CommandRun again(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--tap", Instances.TAP));
    all.addAll(List.of(arguments));
    return execute(all.toArray(String[]::new));
  }

  private CommandRun execute(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("query", "--config", temp.resolve("tapmeta.yaml").toString()));
    all.addAll(List.of(arguments));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private static String undated(String text) {
    return text.replaceAll("Date(: |\": \")[^\r\"]*", "Date$1-")
        .replaceAll("ETag(: |\": \")(\\\\?\"[0-9a-f]*\\\\?\")", "ETag$1-");
  }
}
