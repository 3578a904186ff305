package io.tapmeta.proxy.upstream;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/**
 * What is asked of the backend, in parsed parts: nothing of the guest's bytes goes on, and who asks
 * is what the kernel and the record say.
 *
 * @param path canonical, decoded
 * @param query as the guest wrote it, visible ASCII, without the question mark; may be empty
 * @param headers the few of the guest's that go on, lower-case names
 * @param guestAddress the guest's source address
 */
public record UpstreamRequest(
    String method,
    String path,
    String query,
    Map<String, String> headers,
    byte[] body,
    String instanceId,
    String projectId,
    String guestAddress) {

  private static final String PLAIN = "-._~!$&'()*+,;=:@/";

  /** True where asking twice does no harm. */
  boolean isSafe() {
    return method.equals("GET") || method.equals("HEAD");
  }

  /** The password is never kept here: it has to be what the backend says at this moment. */
  boolean isCacheable() {
    return isSafe() && !path.endsWith("/password");
  }

  /** What the guest wants to have; empty: it does not say. */
  String accept() {
    return headers.getOrDefault("accept", "");
  }

  /** Path and query as they go over the wire. */
  String target() {
    StringBuilder target = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          c >= '0' && c <= '9'
              || c >= 'A' && c <= 'Z'
              || c >= 'a' && c <= 'z'
              || PLAIN.indexOf(c) >= 0;
      if (plain) {
        target.append(c);
      } else {
        target.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return query.isEmpty() ? target.toString() : target.append('?').append(query).toString();
  }

  /** The request for one endpoint, with each identity header exactly once. */
  FullHttpRequest message(Endpoint endpoint, SharedSecret secret) {
    FullHttpRequest message =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.valueOf(method),
            target(),
            Unpooled.wrappedBuffer(body));
    HttpHeaders all = message.headers();
    all.set(HttpHeaderNames.HOST, endpoint.authority());
    headers.forEach(all::set);
    if (body.length > 0 || !isSafe()) {
      all.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    all.set("X-Instance-ID", instanceId);
    all.set("X-Tenant-ID", projectId);
    all.set("X-Instance-ID-Signature", secret.sign(instanceId));
    all.set("X-Forwarded-For", guestAddress);
    return message;
  }
}
