package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static io.tapmeta.proxy.http.GuestChannel.body;
import static io.tapmeta.proxy.http.GuestChannel.head;
import static io.tapmeta.proxy.http.GuestChannel.responses;

import io.tapmeta.proxy.config.Configuration.Limits;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A test of what one guest meets, on a node that has its full record and the default limits. */
@ExtendWith(NoLeaks.class)
abstract class OneGuest {
  @TempDir Path temp;
  GuestNode node;
  GuestChannel guest;

  @BeforeEach
  void connect() {
    node = GuestNode.serving(temp);
    guest = node.guest();
  }

  @AfterEach
  void end() {
    node.close();
  }

  static void writable(GuestChannel guest, boolean writable) {
    guest.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
    guest.channel().runPendingTasks();
  }

  static String request(String target) {
    return "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n";
  }

  static String undated(String responses) {
    return responses.replaceAll("\r\nDate: [^\r]*\r\n", "\r\nDate: -\r\n");
  }

  static Limits limits(Duration head, Duration idle, int body) {
    return new Limits(8192, 100, 16_384, body, head, hour(), idle, hour(), 32);
  }

  static Duration hour() {
    return Duration.ofHours(1);
  }

  static Duration nano() {
    return Duration.ofNanos(1);
  }
}
