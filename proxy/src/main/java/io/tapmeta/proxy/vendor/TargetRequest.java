package io.tapmeta.proxy.vendor;

import io.tapmeta.proxy.document.PythonJson;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.UserData;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.concurrent.Flow;

/**
 * What a target is asked: Nova's body, keys and headers, byte for byte. {@code image-id} is null,
 * since a record does not say from which image its disks were made; {@code boot-roles} is empty, as
 * it is in Nova unless its API was extended.
 */
final class TargetRequest {
  private final byte[] body;

  private TargetRequest(byte[] body) {
    this.body = body;
  }

  static TargetRequest about(Instance instance) {
    PythonJson json = new PythonJson().beginObject();
    json.member("project-id", instance.projectId());
    json.member("instance-id", instance.uuid());
    json.name("image-id").nullValue();
    json.member("user-data", instance.userData().map(UserData::bytes).map(TargetRequest::base64));
    json.member("hostname", instance.hostname().replaceFirst("\\..*", ""));
    json.name("metadata").beginObject();
    instance.meta().forEach(json::member);
    json.endObject();
    json.member("boot-roles", "");
    return new TargetRequest(json.endObject().bytes());
  }

  byte[] body() {
    return body;
  }

  /**
   * The request to one address.
   *
   * @param sent runs when all but the body is on its way, which is when the target is connected
   */
  HttpRequest to(URI url, Runnable sent) {
    return HttpRequest.newBuilder(url)
        .header("Content-Type", "application/json")
        .header("Accept", "application/json")
        .header("User-Agent", "openstack-nova-vendordata")
        .POST(new Announcing(BodyPublishers.ofByteArray(body), sent))
        .build();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** A body that says when it is asked for. */
  private record Announcing(BodyPublisher body, Runnable asked) implements BodyPublisher {
    @Override
    public long contentLength() {
      return body.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      asked.run();
      body.subscribe(subscriber);
    }
  }
}
