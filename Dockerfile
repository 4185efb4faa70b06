# okapi, run as a user without rights. docs/container.md says how, and what of this was checked.

FROM swift:6.3-bookworm AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
WORKDIR /src
# Apart from the sources, so that a change in them fetches nothing anew.
COPY scripts scripts
RUN scripts/setup
COPY . .
RUN scripts/build
# The Swift libraries come along: the program looks for them beside itself where there is no toolchain.
RUN DESTDIR=/image PREFIX=/usr/local scripts/install install \
  && ldd .build/release/okapi | awk '$3 ~ "/swift/linux/" { print $3 }' | sort -u | tee swift-libraries \
  && test -s swift-libraries \
  && xargs cp -L -t /image/usr/local/lib/okapi <swift-libraries

FROM debian:bookworm-slim
# Not pinned by version: Debian 12 replaces a package only to mend it, and the old one is gone then.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends \
    ca-certificates curl libcurl4 libmicrohttpd12 libpq5 libsimdjson14 libsqlite3-0 libssl3 libstdc++6 tzdata zlib1g \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --system --gid 10001 okapi \
  && useradd --system --uid 10001 --gid okapi --no-create-home --home-dir /var/lib/okapi --shell /usr/sbin/nologin okapi \
  && install -d -m 700 -o okapi -g okapi /var/lib/okapi \
  && install -d -m 755 /etc/okapi
COPY --from=build /image /

# A settings file may be mounted as /etc/okapi/.env.prod; it is read in the working folder.
ENV ENV=PROD \
  OKAPI_HOME=/var/lib/okapi \
  LOG_FORMAT=json
WORKDIR /etc/okapi
USER 10001:10001
VOLUME /var/lib/okapi
EXPOSE 8001
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["curl", "-fsS", "-o", "/dev/null", "--max-time", "2", "http://127.0.0.1:8001/health"]
ENTRYPOINT ["okapi"]
CMD ["webhooks", "serve", "--host", "0.0.0.0"]
