# A node of a Peerage network. Its home is the volume; nothing else is written:
#   docker run --read-only --tmpfs /tmp -v peerage:/home/node/.peerage peerage
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# Built by the runtime of the image, not by the one that npm scripts take. The package has no
# dependencies: what it needs is bundled.
RUN node scripts/build.ts && npm pack --silent --ignore-scripts && mkdir /package && tar -xzf peerage-*.tgz -C /package --strip-components 1

FROM node:24-bookworm-slim
COPY --from=build /package /usr/local/lib/node_modules/peerage
# A volume gets owner and mode of the folder that it covers.
RUN ln -s ../lib/node_modules/peerage/bin/peerage.js /usr/local/bin/peerage \
  && install -d -o node -g node -m 0700 /home/node/.peerage
USER node
# What V8 has compiled is kept in the volume, which nobody else can enter: the root is read-only.
ENV HOME=/home/node PEERAGE_HOME=/home/node/.peerage XDG_CACHE_HOME=/home/node/.peerage/cache
WORKDIR /home/node
VOLUME /home/node/.peerage
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["peerage", "healthcheck", "--quiet"]
ENTRYPOINT ["peerage"]
CMD ["start"]
